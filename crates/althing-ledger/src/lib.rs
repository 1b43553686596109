//! Append-only, hash-chained record of decisions in SQLite.
