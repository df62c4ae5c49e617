//! A bot reduced to its sockets.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use sandbox::{Discord, Options, RateLimits};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// More than anything here takes.
pub const SOON: Duration = Duration::from_secs(10);

/// GUILDS, GUILD_MESSAGES, GUILD_MESSAGE_REACTIONS and DIRECT_MESSAGES.
pub const PLAIN: u64 = 1 | 1 << 9 | 1 << 10 | 1 << 12;

/// The same with MESSAGE_CONTENT.
pub const WITH_CONTENT: u64 = PLAIN | 1 << 15;

/// What stands at a JSON pointer, or null.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Status and Discord's error code.
    pub fn refusal(&self) -> (u16, u64) {
        (self.status, at(&self.body, "/code").as_u64().unwrap_or(0))
    }
}

/// Sends one request with a token.
pub async fn request(discord: &Discord, token: &str, method: &str, path: &str, body: Option<Value>) -> Result<Answer> {
    let text = body.map(|body| body.to_string()).unwrap_or_default();
    raw(discord, token, method, path, "application/json", text.as_bytes()).await
}

/// Sends one request as it is.
pub async fn raw(discord: &Discord, token: &str, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Answer> {
    let address = discord.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).await?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: DiscordBot (test, 1)\r\nAuthorization: Bot {token}\r\n\
         Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut bytes = Vec::new();
    tokio::time::timeout(SOON, stream.read_to_end(&mut bytes)).await??;
    let text = String::from_utf8(bytes)?;
    let (head, body) = text
        .split_once("\r\n\r\n")
        .context("the connection ended without an answer")?;
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .context("no status")?
        .parse()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(key, value)| (key.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(body)?
    };
    Ok(Answer { status, headers, body })
}

/// Asks the API as the bot.
pub async fn api(discord: &Discord, method: &str, path: &str, body: Option<Value>) -> Result<Answer> {
    request(discord, discord.token(), method, &format!("/api/v10{path}"), body).await
}

/// A sandbox whose rate limits nobody reaches.
pub async fn start() -> Result<Discord> {
    Discord::start(Options {
        limits: RateLimits::none(),
        ..Options::default()
    })
    .await
}

/// A gateway connection.
pub struct Bot {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub seq: u64,
    pub session: String,
}

impl Bot {
    /// Connects and takes HELLO.
    pub async fn connect(discord: &Discord) -> Result<Self> {
        let url = discord.url().replacen("http", "ws", 1);
        let (socket, _) = connect_async(format!("{url}/?v=10&encoding=json")).await?;
        let mut bot = Self {
            socket,
            seq: 0,
            session: String::new(),
        };
        let hello = bot.payload().await?;
        ensure!(*at(&hello, "/op") == 10, "no HELLO but {hello}");
        ensure!(at(&hello, "/d/heartbeat_interval").as_u64().is_some_and(|ms| ms > 0));
        Ok(bot)
    }

    /// Connects and identifies; gives READY as well.
    pub async fn ready(discord: &Discord, intents: u64) -> Result<(Self, Value)> {
        let mut bot = Self::connect(discord).await?;
        bot.identify(discord.token(), intents).await?;
        let ready = bot.event("READY").await?;
        bot.session = at(&ready, "/session_id").as_str().context("no session_id")?.to_owned();
        Ok((bot, ready))
    }

    pub async fn send(&mut self, payload: Value) -> Result<()> {
        Ok(self.socket.send(Frame::text(payload.to_string())).await?)
    }

    pub async fn identify(&mut self, token: &str, intents: u64) -> Result<()> {
        let properties = json!({ "os": "linux", "browser": "test", "device": "test" });
        self.send(json!({ "op": 2, "d": { "token": token, "intents": intents, "properties": properties } }))
            .await
    }

    pub async fn resume(&mut self, token: &str, session: &str, seq: u64) -> Result<()> {
        self.send(json!({ "op": 6, "d": { "token": token, "session_id": session, "seq": seq } }))
            .await
    }

    async fn frame(&mut self) -> Result<Frame> {
        let next = tokio::time::timeout(SOON, self.socket.next())
            .await
            .context("nothing came")?;
        Ok(next.context("the socket ended")??)
    }

    /// The next payload of any kind.
    pub async fn payload(&mut self) -> Result<Value> {
        loop {
            match self.frame().await? {
                Frame::Text(text) => {
                    let payload: Value = serde_json::from_str(&text)?;
                    if let Some(seq) = at(&payload, "/s").as_u64() {
                        ensure!(seq > self.seq, "sequence went from {} to {seq}", self.seq);
                        self.seq = seq;
                    }
                    return Ok(payload);
                }
                Frame::Close(frame) => bail!("closed: {frame:?}"),
                _ => {}
            }
        }
    }

    /// The next event of this name; others are passed over.
    pub async fn event(&mut self, name: &str) -> Result<Value> {
        loop {
            let payload = self.payload().await?;
            if *at(&payload, "/t") == name {
                return Ok(at(&payload, "/d").clone());
            }
        }
    }

    /// The code with which the gateway closes.
    pub async fn close_code(&mut self) -> Result<u16> {
        loop {
            if let Frame::Close(frame) = self.frame().await? {
                return Ok(frame.context("no close code")?.code.into());
            }
        }
    }

    /// Waits until the socket ends without a close frame.
    pub async fn cut(&mut self) -> Result<()> {
        loop {
            match self.frame().await {
                Ok(Frame::Close(frame)) => bail!("closed politely: {frame:?}"),
                Ok(_) => {}
                Err(_) => return Ok(()),
            }
        }
    }
}
