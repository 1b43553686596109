//! The `althing` command.
fn main() {}
