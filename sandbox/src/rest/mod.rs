//! The REST side: every request passes through here, is recorded, counted, perhaps struck by a
//! fault, and then handed to the route it asks for.

mod body;
mod channels;
mod commands;
mod messages;
mod routes;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, USER_AGENT};
use axum::response::Response;
use axum::routing::any;
use axum::{Router, http};
use serde_json::{Value, json};

use crate::error::{ApiError, ApiResult};
use crate::faults::{self, Action};
use crate::limits::{self, Standing};
use crate::net::Peer;
use crate::record;
use crate::shared::Shared;
use crate::world::types::Attachment;

/// A request with all that a route may need of it.
pub struct Asked {
    pub method: String,
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Value,
    pub files: Vec<Attachment>,
}

impl Asked {
    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What a route answers: a status and, unless there is none, a body.
pub type Reply = (u16, Option<Value>);

/// The whole server: gateway, REST and control.
pub fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", any(gateway))
        .fallback(handle)
        .with_state(shared)
}

async fn gateway(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if shared.look(|world| world.gateway.away) {
        return answer(503, None, &[]);
    }
    let (mut parts, _) = request.into_parts();
    match WebSocketUpgrade::from_request_parts(&mut parts, &shared).await {
        Ok(upgrade) => upgrade.on_upgrade(move |socket| crate::gateway::socket::serve(shared, socket)),
        Err(_) => answer(
            200,
            Some(&json!({ "message": "This is a sandbox that stands in for Discord." })),
            &[],
        ),
    }
}

/// Puts an answer together.
fn answer(status: u16, body: Option<&Value>, headers: &[(&'static str, String)]) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, value);
    }
    let built = match body {
        Some(body) => response
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string())),
        None => response.body(Body::empty()),
    };
    built.unwrap_or_else(|_| Response::new(Body::empty()))
}

fn header(headers: &HeaderMap, name: http::HeaderName) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

async fn handle(State(shared): State<Arc<Shared>>, ConnectInfo(peer): ConnectInfo<Peer>, request: Request) -> Response {
    let (parts, incoming) = request.into_parts();
    let whole = parts
        .uri
        .path_and_query()
        .map_or_else(String::new, |path| path.as_str().to_owned());
    let (body, files) = match body::read(&parts, incoming).await {
        Ok(read) => read,
        Err(error) => return answer(error.status, Some(&error.body()), &[]),
    };
    let asked = Asked {
        method: parts.method.as_str().to_owned(),
        path: body::segments(parts.uri.path()),
        query: body::query(parts.uri.query().unwrap_or_default()),
        body,
        files,
    };
    if asked.path.first().map(String::as_str) == Some("sandbox") {
        // A browser says from which site a page asks; control is for nobody's web page.
        if parts.headers.contains_key(http::header::ORIGIN) {
            let body = json!({ "error": "control is not open to web pages" });
            return answer(403, Some(&body), &[]);
        }
        let (status, body) = crate::control::http::handle(&shared, &asked).await;
        return answer(status, Some(&body), &[]);
    }
    let authorization = header(&parts.headers, AUTHORIZATION);
    let user_agent = header(&parts.headers, USER_AGENT);
    let (number, action) = shared.with(|world| {
        let request = record::Request {
            at_ms: world.elapsed_ms(),
            method: asked.method.clone(),
            path: whole.clone(),
            user_agent,
            authorized: authorization.is_some(),
            body: (!asked.body.is_null()).then(|| asked.body.clone()),
            files: asked
                .files
                .iter()
                .map(|file| (file.filename.clone(), file.size))
                .collect(),
            ..record::Request::default()
        };
        let number = world.recorder.begin(request);
        (number, faults::take(&mut world.faults, &asked.method, &whole))
    });
    match &action {
        Some(Action::Reset) => {
            shared.with(|world| world.recorder.finish(number, None, None));
            peer.0.end();
            return answer(500, None, &[]);
        }
        Some(Action::Hang) => {
            shared.with(|world| world.recorder.finish(number, None, None));
            std::future::pending::<()>().await;
        }
        Some(Action::Delay(ms)) => tokio::time::sleep(Duration::from_millis(*ms)).await,
        _ => {}
    }
    let (status, body, headers) = shared.with(|world| work(world, &asked, authorization.as_deref(), action.as_ref()));
    let lost = action == Some(Action::LoseAnswer);
    let code = body
        .as_ref()
        .filter(|_| status >= 400)
        .and_then(|body| body.get("code"))
        .and_then(Value::as_u64);
    shared.with(|world| world.recorder.finish(number, (!lost).then_some(status), code));
    if lost {
        peer.0.end();
    }
    answer(status, body.as_ref(), &headers)
}

type Headers = Vec<(&'static str, String)>;

fn too_many(standing: &Standing) -> Option<(u16, Option<Value>, Headers)> {
    let (wait, global) = standing.refused?;
    let body = json!({
        "message": "You are being rate limited.",
        "retry_after": wait.as_secs_f64(),
        "global": global,
    });
    Some((429, Some(body), standing.headers.clone()))
}

fn work(
    world: &mut crate::world::World,
    asked: &Asked,
    authorization: Option<&str>,
    action: Option<&Action>,
) -> (u16, Option<Value>, Headers) {
    let failed = |error: ApiError, headers: Headers| (error.status, Some(error.body()), headers);
    match action {
        Some(Action::Status(status, code)) => {
            return failed(
                ApiError::new(*status, *code, "Refused by the sandbox on request"),
                Vec::new(),
            );
        }
        Some(Action::RateLimit { after_ms, global }) => {
            world.limiter.refusals += 1;
            let scope = if *global { "global" } else { "shared" };
            let standing = limits::refusal(Duration::from_millis(*after_ms), *global, scope, Vec::new());
            if let Some(refused) = too_many(&standing) {
                return refused;
            }
        }
        _ => {}
    }
    let Some(path) = api_path(&asked.path) else {
        return failed(ApiError::not_found(), Vec::new());
    };
    if !speaks_for_itself(&path) {
        let token = authorization.and_then(|value| value.strip_prefix("Bot "));
        if token != Some(world.options.token.as_str()) {
            return failed(ApiError::unauthorized(), Vec::new());
        }
    }
    let standing = world.limiter.count(&asked.method, &path);
    if let Some(refused) = too_many(&standing) {
        return refused;
    }
    let outcome: ApiResult<Reply> = routes::route(world, asked, &path);
    if let Some(Action::DoneBut(status, code)) = action {
        return failed(
            ApiError::new(*status, *code, "Done, but refused by the sandbox on request"),
            standing.headers,
        );
    }
    match outcome {
        Ok((status, body)) => (status, body, standing.headers),
        Err(error) => failed(error, standing.headers),
    }
}

/// The path below `/api/v10`.
fn api_path(path: &[String]) -> Option<Vec<&str>> {
    let mut parts: Vec<&str> = path.iter().map(String::as_str).collect();
    if parts.first() != Some(&"api") {
        return None;
    }
    parts.remove(0);
    if parts.first().is_some_and(|part| *part == "v10") {
        parts.remove(0);
    }
    Some(parts)
}

/// Whether the path carries a token of its own, so that none is needed in a header.
fn speaks_for_itself(path: &[&str]) -> bool {
    matches!(
        path,
        ["gateway"] | ["interactions", _, _, "callback"] | ["webhooks", _, _, ..]
    )
}
