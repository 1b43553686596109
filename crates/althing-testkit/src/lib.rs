//! Development only: a forge in a temporary directory, gh and git at its clients' side, snapshot filters.
