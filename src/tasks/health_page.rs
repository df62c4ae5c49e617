//! The health page: `/health` for whatever restarts or pages, `/metrics` for Prometheus. No ids of people, no text.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use super::{Stop, stopped};
use crate::health::Health;

/// Serves until stopped. An address that cannot be had is logged; the bot runs on without the page.
pub async fn serve_health(addr: SocketAddr, health: Arc<Health>, stop: Stop) {
    let listener = match tokio::net::TcpListener::bind(addr).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(error = %error, addr = %addr, "the health page cannot be served; choose another HEALTH_ADDR");
            return;
        }
    };
    let routes = Router::new()
        .route("/health", get(line))
        .route("/metrics", get(metrics))
        .with_state(health);
    tracing::info!(addr = %addr, "health page served");
    let served = axum::serve(listener, routes)
        .with_graceful_shutdown(stopped(stop))
        .await;
    if let Err(error) = served {
        tracing::error!(error = %error, "the health page ended");
    }
}

async fn line(State(health): State<Arc<Health>>) -> (StatusCode, String) {
    let status = if health.wrong().is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, format!("{}\n", health.line()))
}

async fn metrics(State(health): State<Arc<Health>>) -> String {
    health.metrics()
}
