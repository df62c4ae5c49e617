//! Starts a sandbox with a small guild in it and keeps it running until ctrl-c.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use sandbox::{Discord, Options};

/// A stand-in for Discord on this machine.
///
/// It has one guild with the channels #general and #staff, a forum and two members. Start it,
/// start your bot with the two settings that it prints, then write as a member with the command
/// that it prints. Nothing leaves this machine. Ctrl-c ends it, and with it everything in it.
#[derive(Parser)]
#[command(name = "sandbox", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Behave as if the bot had not been granted the Message Content intent
    #[arg(long)]
    no_message_content: bool,
    /// Write every request that was received to this file at the end, one JSON object a line
    #[arg(long, value_name = "FILE")]
    requests: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let options = Options {
        port: arguments.port,
        message_content: !arguments.no_message_content,
        ..Options::default()
    };
    let discord = Discord::start(options).await?;
    let guild = discord.add_guild("Harbor").await;
    let general = discord.add_channel(guild, "general").await;
    let forum = discord.add_forum(guild, "questions").await;
    let moderators = discord.add_role(guild, "moderators", true).await;
    let staff = discord.add_private_channel(guild, "staff", moderators).await;
    let ana = discord.add_member(guild, "ana").await;
    let ben = discord.add_moderator(guild, "ben").await;
    discord.give_role(guild, ben, moderators).await;
    let url = discord.url();
    println!("A stand-in for Discord is listening on {url}. Start the bot with:");
    println!();
    println!("DISCORD_API_URL={url}");
    println!("DISCORD_TOKEN={}", discord.token());
    println!();
    println!("Guild Harbor is {guild}: #general {general}, #questions (forum) {forum}, #staff {staff};");
    println!("role moderators {moderators}; members ana {ana} and ben {ben}, who is a moderator.");
    println!("Write as ana, then read the channel:");
    println!();
    println!(
        "curl -s {url}/sandbox/post -H 'Content-Type: application/json' \
         -d '{{\"channel\":\"{general}\",\"author\":\"{ana}\",\"text\":\"hello\"}}'"
    );
    println!("curl -s {url}/sandbox/messages/{general}");
    tokio::signal::ctrl_c().await.context("cannot wait for ctrl-c")?;
    if let Some(path) = arguments.requests {
        let count = discord.save_requests(&path)?;
        println!("{count} requests written to {}", path.display());
    }
    discord.shutdown().await;
    Ok(())
}
