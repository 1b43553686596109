//! `althing channels`: where the community talks.

use althing_charter::Channel;
use althing_diag::Exit;
use clap::Args;

use super::charter::view;
use crate::{
    failure::Failure,
    output::{BOLD, DIM, Output},
    rules::charter_named,
};

/// Flags of `althing channels`.
#[derive(Debug, Args)]
pub(crate) struct ChannelsArgs {
    /// The charter: a file, or the name of a preset.
    #[arg(long, value_name = "FILE|PRESET", default_value = althing_facts::CHARTER)]
    charter: String,
}

pub(crate) fn run(args: &ChannelsArgs, output: &mut Output) -> Result<Exit, Failure> {
    let charter = charter_named(&args.charter, None)?;
    let channels = charter.channels().iter();
    let views: Vec<_> = channels.map(|(name, it)| view::channel(name, it)).collect();
    output.answer_list("channels", &views, || {
        if charter.channels().is_empty() {
            return "the charter names no channel".to_owned();
        }
        let channels = charter.channels().iter();
        let channels: Vec<String> = channels
            .map(|(name, it)| describe(name.as_str(), it))
            .collect();
        channels.join("\n\n")
    });
    Ok(Exit::Ok)
}

fn describe(name: &str, channel: &Channel) -> String {
    let title = channel.title.as_deref().unwrap_or(name);
    let mut kind = vec![name];
    kind.extend(channel.kind.as_deref());
    kind.extend(channel.private.then_some("private"));
    let mut lines = vec![format!(
        "{BOLD}{title}{BOLD:#}  {DIM}{}{DIM:#}",
        kind.join(", ")
    )];
    lines.extend(channel.url.iter().map(|url| format!("  {url}")));
    lines.extend(channel.purpose.iter().map(|purpose| format!("  {purpose}")));
    let rooms = channel.rooms.iter();
    lines.extend(rooms.map(|(room, purpose)| format!("  {room}  {purpose}")));
    lines.join("\n")
}
