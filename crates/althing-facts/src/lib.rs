//! Gathers the facts a gate judges, from the forge and from git.
