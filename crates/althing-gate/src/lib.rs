//! Facts and a charter give a verdict with reasons. Pure.
