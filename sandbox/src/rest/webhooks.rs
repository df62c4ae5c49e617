//! Answers to interactions, by callback and by token.

use super::messages::numbered;
use super::routes::{done, ok};
use super::{Asked, Reply};
use crate::error::{ApiError, ApiResult};
use crate::validate;
use crate::world::World;

/// The first answer.
pub fn callback(world: &mut World, asked: &Asked, interaction: u64, token: &str) -> ApiResult<Reply> {
    let files = numbered(world, &asked.files);
    let resource = world.callback(interaction, token, &asked.body, files)?;
    Ok(if asked.parameter("with_response") == Some("true") {
        ok(resource)
    } else {
        done()
    })
}

/// Routes below `/webhooks/{application}/{token}`.
pub fn route(world: &mut World, asked: &Asked, app: u64, token: &str, rest: &[&str]) -> ApiResult<Reply> {
    let files = numbered(world, &asked.files);
    match (asked.method.as_str(), rest) {
        ("POST", []) => {
            let body = validate::message_body(&asked.body, files)?;
            Ok(ok(world.follow_up(app, token, body)?))
        }
        ("GET", ["messages", which]) => Ok(ok(world.read_answer(app, token, which)?)),
        ("PATCH", ["messages", which]) => {
            let body = validate::message_body(&asked.body, files)?;
            Ok(ok(world.edit_answer(app, token, which, body)?))
        }
        ("DELETE", ["messages", which]) => {
            world.delete_answer(app, token, which)?;
            Ok(done())
        }
        _ => Err(ApiError::not_found()),
    }
}
