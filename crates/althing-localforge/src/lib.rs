#![doc = include_str!("../README.md")]

pub mod client;
pub mod environment;
pub mod forge;
mod git;
pub mod graphql;
pub mod model;
pub mod rest;
pub mod seed;
pub mod server;
pub mod ssh;
