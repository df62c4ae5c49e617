//! One gateway connection, from HELLO to its end.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Frame, control_frame};
use crate::ids;
use crate::shared::Shared;
use crate::world::World;

/// How a connection ended, as far as its session is concerned.
#[derive(PartialEq, Eq)]
enum End {
    ForGood,
    Resumable,
}

/// Serves one connection.
pub async fn serve(shared: Arc<Shared>, mut socket: WebSocket) {
    let (outlet, mut frames) = mpsc::unbounded_channel();
    let (number, heartbeat) = shared.with(|world| (world.gateway.open(outlet), world.options.heartbeat));
    let interval = u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX);
    shared.with(|world| {
        world
            .gateway
            .send(number, control_frame(10, json!({ "heartbeat_interval": interval })))
    });
    let patience = heartbeat.saturating_mul(2) + Duration::from_secs(1);
    let mut deadline = tokio::time::Instant::now() + patience;
    let end = loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(Frame::Text(text)) => {
                    if socket.send(Message::Text(Utf8Bytes::from(text))).await.is_err() {
                        break End::Resumable;
                    }
                }
                Some(Frame::Close(code, reason)) => {
                    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
                    // The peer may be gone already; then there is nobody to tell.
                    let _ = socket.send(Message::Close(Some(frame))).await;
                    break if code == 4009 { End::ForGood } else { End::Resumable };
                }
                Some(Frame::Cut) | None => break End::Resumable,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if shared.with(|world| world.hear(number, text.as_str())) {
                        deadline = tokio::time::Instant::now() + patience;
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    let goodbye = frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001));
                    break if goodbye { End::ForGood } else { End::Resumable };
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break End::Resumable,
            },
            () = tokio::time::sleep_until(deadline) => {
                shared.with(|world| world.gateway.send(number, Frame::Close(4009, "Session timed out.")));
            }
        }
    };
    shared.with(|world| world.gateway.closed(number, end == End::ForGood));
}

impl World {
    /// Takes in one payload from a client; says whether it was a heartbeat.
    fn hear(&mut self, socket: u64, text: &str) -> bool {
        let Ok(payload) = serde_json::from_str::<Value>(text) else {
            self.gateway
                .send(socket, Frame::Close(4002, "Error while decoding payload."));
            return false;
        };
        let body = payload.get("d").cloned().unwrap_or(Value::Null);
        let known = self
            .gateway
            .sessions
            .iter()
            .any(|session| session.connection == Some(socket));
        match payload.get("op").and_then(Value::as_u64) {
            Some(1) => {
                self.gateway.heartbeats += 1;
                if self.gateway.acknowledging {
                    self.gateway.send(socket, control_frame(11, Value::Null));
                }
                return true;
            }
            Some(2 | 6) if known => self.gateway.send(socket, Frame::Close(4005, "Already authenticated.")),
            Some(2) => self.identify(socket, &body),
            Some(6) => self.resume(socket, &body),
            Some(3 | 4 | 8 | 31) if !known => {
                self.gateway.send(socket, Frame::Close(4003, "Not authenticated."));
            }
            Some(3 | 4 | 31) => {}
            Some(8) => self.send_members(socket, &body),
            _ => self.gateway.send(socket, Frame::Close(4001, "Unknown opcode.")),
        }
        false
    }

    /// Answers a request for a guild's members.
    fn send_members(&mut self, socket: u64, body: &Value) {
        let Some(guild) = body.get("guild_id").and_then(ids::read) else {
            return;
        };
        let everyone: Vec<u64> = self
            .guilds
            .get(&guild)
            .map(|g| g.members.keys().copied().collect())
            .unwrap_or_default();
        let members: Vec<Value> = everyone
            .into_iter()
            .filter_map(|user| self.member_json(guild, user))
            .collect();
        let chunk = json!({
            "guild_id": ids::id(guild),
            "members": members,
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [],
            "nonce": body.get("nonce"),
        });
        if let Some(index) = self
            .gateway
            .sessions
            .iter()
            .position(|session| session.connection == Some(socket))
        {
            self.gateway.dispatch(index, "GUILD_MEMBERS_CHUNK", &chunk);
        }
    }
}
