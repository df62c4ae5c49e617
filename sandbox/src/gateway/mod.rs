//! Gateway sessions: who is connected, what each was told, and what it still may be told again.

pub mod shapes;
pub mod socket;

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use twilight_model::gateway::Intents;
use twilight_model::guild::Permissions;

use crate::ids;
use crate::world::World;

/// How many events a session keeps for a resume.
const KEPT: usize = 2_000;

/// What is sent down a socket.
#[derive(Clone, Debug)]
pub enum Frame {
    /// A text frame.
    Text(String),
    /// A close frame, after which the socket ends.
    Close(u16, &'static str),
    /// The socket ends without a word.
    Cut,
}

/// One session, connected or waiting to be resumed.
#[derive(Debug)]
pub struct Session {
    pub id: String,
    pub intents: Intents,
    pub seq: u64,
    kept: VecDeque<(u64, String)>,
    pub connection: Option<u64>,
}

/// All sessions and all open sockets.
#[derive(Debug)]
pub struct Gateway {
    pub sessions: Vec<Session>,
    pub sockets: BTreeMap<u64, UnboundedSender<Frame>>,
    next_socket: u64,
    /// How many sessions were begun so far.
    pub readies: usize,
    /// How many resumes succeeded so far.
    pub resumes: usize,
    /// How many heartbeats arrived so far.
    pub heartbeats: usize,
    /// Close codes that the gateway gave, in order.
    pub closes: Vec<u16>,
    /// Whether heartbeats are acknowledged.
    pub acknowledging: bool,
    /// Whether nobody gets a socket.
    pub away: bool,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            sessions: Vec::new(),
            sockets: BTreeMap::new(),
            next_socket: 0,
            readies: 0,
            resumes: 0,
            heartbeats: 0,
            closes: Vec::new(),
            acknowledging: true,
            away: false,
        }
    }
}

impl Gateway {
    /// Takes note of a new socket.
    pub fn open(&mut self, outlet: UnboundedSender<Frame>) -> u64 {
        self.next_socket += 1;
        self.sockets.insert(self.next_socket, outlet);
        self.next_socket
    }

    /// Takes note that a socket has ended. A session whose client said goodbye for good ends with it.
    pub fn closed(&mut self, socket: u64, for_good: bool) {
        self.sockets.remove(&socket);
        if for_good {
            self.sessions.retain(|session| session.connection != Some(socket));
        }
        for session in self
            .sessions
            .iter_mut()
            .filter(|session| session.connection == Some(socket))
        {
            session.connection = None;
        }
    }

    /// Sends one frame down one socket.
    pub fn send(&mut self, socket: u64, frame: Frame) {
        if let Frame::Close(code, _) = &frame {
            self.closes.push(*code);
        }
        if let Some(outlet) = self.sockets.get(&socket) {
            // A socket that ended in this moment simply misses it, as on a real network.
            let _ = outlet.send(frame);
        }
    }

    /// Sends one frame down every socket.
    pub fn send_all(&mut self, frame: &Frame) -> usize {
        let all: Vec<u64> = self.sockets.keys().copied().collect();
        for socket in &all {
            self.send(*socket, frame.clone());
        }
        all.len()
    }

    fn dispatch(&mut self, index: usize, name: &str, body: &Value) {
        let Some(session) = self.sessions.get_mut(index) else {
            return;
        };
        session.seq += 1;
        let text = json!({ "op": 0, "s": session.seq, "t": name, "d": body }).to_string();
        session.kept.push_back((session.seq, text.clone()));
        if session.kept.len() > KEPT {
            session.kept.pop_front();
        }
        if let Some(socket) = session.connection {
            self.send(socket, Frame::Text(text));
        }
    }

    /// Sends again what a resuming session missed. `None` if that is no longer known.
    fn replay(&mut self, index: usize, after: u64, socket: u64) -> Option<()> {
        let session = self.sessions.get_mut(index)?;
        let oldest = session.kept.front().map_or(session.seq, |(seq, _)| seq - 1);
        if after < oldest {
            return None;
        }
        session.connection = Some(socket);
        let missed: Vec<String> = session
            .kept
            .iter()
            .filter(|(seq, _)| *seq > after)
            .map(|(_, text)| text.clone())
            .collect();
        for text in missed {
            self.send(socket, Frame::Text(text));
        }
        Some(())
    }
}

/// A gateway payload that is no event.
pub fn control_frame(op: u8, body: Value) -> Frame {
    Frame::Text(json!({ "op": op, "d": body, "s": null, "t": null }).to_string())
}

impl World {
    /// Tells every session whose intents cover `need`. `bare` is for those without Message Content.
    pub fn emit(&mut self, need: Intents, name: &'static str, full: Value, bare: Option<Value>) {
        if let Some(why) = shapes::fault(name, &full) {
            self.complain(format!("{name} does not have Discord's shape: {why}"));
        }
        for index in 0..self.gateway.sessions.len() {
            let Some(intents) = self.gateway.sessions.get(index).map(|session| session.intents) else {
                continue;
            };
            if !need.is_empty() && !intents.intersects(need) {
                continue;
            }
            let body = match &bare {
                Some(bare) if !intents.contains(Intents::MESSAGE_CONTENT) => bare,
                _ => &full,
            };
            self.gateway.dispatch(index, name, body);
        }
    }

    /// The same, about something in a channel: nothing is told of a channel that the bot cannot see.
    pub fn emit_in(&mut self, channel: u64, need: Intents, name: &'static str, full: Value, bare: Option<Value>) {
        if self.bot_may(channel, Permissions::VIEW_CHANNEL) {
            self.emit(need, name, full, bare);
        }
    }

    fn privileged_but_not_granted(&self) -> Intents {
        let mut refused = Intents::empty();
        for (granted, intent) in [
            (self.options.message_content, Intents::MESSAGE_CONTENT),
            (self.options.server_members, Intents::GUILD_MEMBERS),
            (self.options.presences, Intents::GUILD_PRESENCES),
        ] {
            if !granted {
                refused |= intent;
            }
        }
        refused
    }

    /// Application flags that say which privileged intents were granted.
    pub fn application_flags(&self) -> u64 {
        let flag = |granted: bool, bit: u64| if granted { 1 << bit } else { 0 };
        flag(self.options.presences, 13)
            | flag(self.options.server_members, 15)
            | flag(self.options.message_content, 19)
            | (1 << 23)
    }

    /// Answers IDENTIFY.
    pub fn identify(&mut self, socket: u64, body: &Value) {
        let token = body.get("token").and_then(Value::as_str).unwrap_or_default();
        if token.trim_start_matches("Bot ") != self.options.token {
            self.gateway.send(socket, Frame::Close(4004, "Authentication failed."));
            return;
        }
        let wanted = body.get("intents").and_then(Value::as_u64).and_then(Intents::from_bits);
        let Some(intents) = wanted else {
            self.gateway.send(socket, Frame::Close(4013, "Invalid intent(s)."));
            return;
        };
        if intents.intersects(self.privileged_but_not_granted()) {
            self.gateway.send(socket, Frame::Close(4014, "Disallowed intent(s)."));
            return;
        }
        let id = format!("{:032x}", self.snowflakes.next());
        let session = Session {
            id: id.clone(),
            intents,
            seq: 0,
            kept: VecDeque::new(),
            connection: Some(socket),
        };
        self.gateway.sessions.push(session);
        let index = self.gateway.sessions.len() - 1;
        let unavailable: Vec<Value> = self
            .guilds
            .keys()
            .map(|guild| json!({ "id": ids::id(*guild), "unavailable": true }))
            .collect();
        let mut ready = json!({
            "v": 10,
            "user": self.me_json(),
            "guilds": if intents.contains(Intents::GUILDS) { unavailable } else { Vec::new() },
            "session_id": id,
            "session_type": "normal",
            "resume_gateway_url": self.gateway_url(),
            "private_channels": [],
            "relationships": [],
            "application": { "id": ids::id(self.options.bot_id), "flags": self.application_flags() },
        });
        if let Some(shard) = body.get("shard") {
            crate::world::payload::merge(&mut ready, json!({ "shard": shard }));
        }
        if let Some(why) = shapes::fault("READY", &ready) {
            self.complain(format!("READY does not have Discord's shape: {why}"));
        }
        self.gateway.dispatch(index, "READY", &ready);
        self.gateway.readies += 1;
        if intents.contains(Intents::GUILDS) {
            let guilds: Vec<Value> = self
                .guilds
                .values()
                .map(|guild| self.guild_create_json(guild))
                .collect();
            for guild in guilds {
                if let Some(why) = shapes::fault("GUILD_CREATE", &guild) {
                    self.complain(format!("GUILD_CREATE does not have Discord's shape: {why}"));
                }
                self.gateway.dispatch(index, "GUILD_CREATE", &guild);
            }
        }
    }

    /// Answers RESUME.
    pub fn resume(&mut self, socket: u64, body: &Value) {
        let token = body.get("token").and_then(Value::as_str).unwrap_or_default();
        if token.trim_start_matches("Bot ") != self.options.token {
            self.gateway.send(socket, Frame::Close(4004, "Authentication failed."));
            return;
        }
        let id = body.get("session_id").and_then(Value::as_str).unwrap_or_default();
        let seq = body.get("seq").and_then(Value::as_u64).unwrap_or(0);
        let Some(index) = self.gateway.sessions.iter().position(|session| session.id == id) else {
            self.gateway.send(socket, control_frame(9, json!(false)));
            return;
        };
        if self
            .gateway
            .sessions
            .get(index)
            .is_some_and(|session| seq > session.seq)
        {
            self.gateway.send(socket, Frame::Close(4007, "Invalid seq."));
            return;
        }
        if self.gateway.replay(index, seq, socket).is_none() {
            self.gateway.sessions.retain(|session| session.id != id);
            self.gateway.send(socket, control_frame(9, json!(false)));
            return;
        }
        self.gateway.dispatch(index, "RESUMED", &json!({}));
        self.gateway.resumes += 1;
    }

    /// Where the gateway is.
    pub fn gateway_url(&self) -> String {
        format!("{}/", self.url.replacen("http", "ws", 1))
    }
}
