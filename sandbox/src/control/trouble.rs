//! Making things go wrong.

use serde_json::json;

use crate::gateway::{Frame, control_frame};
use crate::{Discord, Fault, RateLimits};

impl Discord {
    /// Makes requests go wrong from now on.
    pub async fn fault(&self, fault: Fault) {
        self.shared.with(|world| world.faults.push(fault));
    }

    /// Lets all requests go right again.
    pub async fn clear_faults(&self) {
        self.shared.with(|world| world.faults.clear());
    }

    /// Changes the rate limits.
    pub async fn set_limits(&self, limits: RateLimits) {
        self.shared.with(|world| world.limiter.limits = limits);
    }

    /// Ends every gateway socket without a close frame. Gives how many there were.
    pub async fn cut(&self) -> usize {
        self.shared.with(|world| world.gateway.send_all(&Frame::Cut))
    }

    /// Takes the gateway away: every socket ends, and nobody gets a new one until it is there again.
    pub async fn gateway_away(&self, away: bool) {
        self.shared.with(|world| {
            world.gateway.away = away;
            if away {
                world.gateway.send_all(&Frame::Cut);
            }
        });
    }

    /// Asks every gateway client to reconnect (op 7). Gives how many there were.
    pub async fn reconnect(&self) -> usize {
        self.shared
            .with(|world| world.gateway.send_all(&control_frame(7, json!(null))))
    }

    /// Tells every gateway client that its session is invalid (op 9). Gives how many there were.
    pub async fn invalidate(&self, resumable: bool) -> usize {
        self.shared.with(|world| {
            let told = world.gateway.send_all(&control_frame(9, json!(resumable)));
            if !resumable {
                world.gateway.sessions.clear();
            }
            told
        })
    }

    /// Closes every gateway socket with this code. Gives how many there were.
    pub async fn close_gateway(&self, code: u16) -> usize {
        self.shared.with(|world| {
            world
                .gateway
                .send_all(&Frame::Close(code, "Closed by the sandbox on request."))
        })
    }

    /// Asks every gateway client for a heartbeat at once (op 1). Gives how many there were.
    pub async fn ask_heartbeat(&self) -> usize {
        self.shared
            .with(|world| world.gateway.send_all(&control_frame(1, json!(null))))
    }

    /// Stops or resumes acknowledging heartbeats.
    pub async fn acknowledge_heartbeats(&self, acknowledging: bool) {
        self.shared.with(|world| world.gateway.acknowledging = acknowledging);
    }
}
