//! A GitHub-compatible forge in one process: SQLite, bare git repositories, REST and GraphQL over a unix socket.
