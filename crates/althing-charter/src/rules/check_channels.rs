//! What channels must satisfy.

use std::collections::BTreeMap;

use althing_diag::{Finding, yaml};

use super::{names::bad_name, report::Report};
use crate::{Channel, ChannelName, extends::Placed, raw::RawChannel};

pub(super) fn check_channels(
    raw: Vec<Placed<'_, RawChannel>>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<ChannelName, Channel> {
    let mut channels = BTreeMap::new();
    for Placed { file, key, value } in raw {
        let mut report = Report::new(file, findings);
        let Some(name) = bad_name(key.value.parse(), &key, &mut report) else {
            continue;
        };
        let rooms = value.rooms.0.into_iter().map(|(room, purpose)| {
            report.filled("rooms", &room);
            report.filled(&room.value, &purpose);
            (room.value, purpose.value)
        });
        let rooms = rooms.collect();
        let channel = Channel {
            title: report.text("title", value.title),
            kind: report.text("kind", value.kind),
            url: report.text("url", value.url),
            private: value.private,
            purpose: report.text("for", value.purpose),
            rooms,
            location: yaml::location(file, &key),
        };
        channels.insert(name, channel);
    }
    channels
}
