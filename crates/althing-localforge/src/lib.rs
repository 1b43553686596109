#![doc = include_str!("../README.md")]

pub mod forge;
pub mod graphql;
pub mod model;
pub mod rest;
pub mod server;
