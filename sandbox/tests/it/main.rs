//! The sandbox as a bot sees it: over sockets, with a client of its own that knows no library.

mod client;
mod commands;
mod control;
mod events;
mod interactions;
mod messages;
mod trouble;
