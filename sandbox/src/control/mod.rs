//! How a test, or a person, drives the sandbox.

pub mod calls;
pub mod handle;
pub mod http;
pub mod people;
pub mod setup;
pub mod trouble;
pub mod waits;
