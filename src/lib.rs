//! evenkeel: a Discord bot for peer-support communities of people recovering from kratom use.
//!
//! Read in this order: [`respond`] is the one decision, [`triage`] and [`answers`] judge for it, [`reply`] builds what goes out,
//! [`catalog`] loads the words, [`responder`] remembers between messages, `discord` is the door. `ARCHITECTURE.md` has the map.

pub mod text;
pub mod triage;
pub mod answers;
pub mod reply;
pub mod respond;
pub mod catalog;
pub mod responder;
pub mod config;
pub mod console;
pub mod tools;
