//! How to take part.

use althing_charter::{Asked, Choice, Guard, GuardKind, Trigger};

use super::{StatusView, page::Page};
use crate::text::code;

/// The commands that make sense now.
pub(super) fn take_part(view: &StatusView<'_>, page: &mut Page) {
    let commands = commands(view);
    if commands.is_empty() {
        return;
    }
    page.section("Take part");
    page.paragraph("Write a comment with one of these at the start of a line:");
    for (command, meaning) in commands {
        page.item(&format!("{} {meaning}", code(&command)));
    }
    page.end_list();
}

fn commands(view: &StatusView<'_>) -> Vec<(String, &'static str)> {
    let (subject, lifecycle) = (view.subject, view.lifecycle);
    let mut commands: Vec<(String, &'static str)> = Vec::new();
    let mut add = |command: &str, meaning| commands.push((command.to_owned(), meaning));
    if subject.over {
        if lifecycle.explanations.is_some() && subject.asked == Asked::No {
            add("/ask", "to hear, without names, why others voted against");
        }
        if subject.asked == Asked::Waiting {
            add(
                "/answer TEXT",
                "to say, without names, why others voted against",
            );
        }
        return commands;
    }
    if let Some(vote) = &subject.vote {
        let transition = lifecycle.transition(&vote.transition);
        let guard = transition.and_then(|transition| transition.needs.vote());
        let options: Vec<String> = guard
            .map(|guard| guard.profile.options())
            .unwrap_or_default()
            .iter()
            .map(Choice::to_string)
            .collect();
        if !vote.private {
            let command = format!("/vote {} REASON", options.join("|"));
            add(&command, "to vote, and to change your vote");
        }
    }
    let leaving = || lifecycle.leaving(&subject.state);
    let contestable =
        leaving().any(|it| it.needs.lazy_consensus().is_some() || it.on == Trigger::Objection);
    if contestable {
        add("/object REASON", "to object");
    }
    if subject.standing_objections().next().is_some() {
        add(
            "/resolve NUMBER REASON",
            "to take an objection back, or to settle it",
        );
    }
    let asks_for_approval = |guard: &Guard| {
        let mut parts = guard.parts().into_iter();
        parts.any(|part| matches!(part.kind, GuardKind::Approvals(_)))
    };
    if leaving().any(|it| asks_for_approval(&it.needs)) {
        add("/approve", "to approve the text as it is");
    }
    let attachable = lifecycle.evidence.keys().map(|name| name.as_str());
    let attachable: Vec<&str> = attachable.collect();
    if !attachable.is_empty() {
        let command = format!("/attach {} LINK", attachable.join("|"));
        add(&command, "to attach evidence");
    }
    for way in view.ways {
        match way.trigger {
            Trigger::Withdraw => add("/withdraw REASON", "to withdraw it"),
            Trigger::Decline => add("/decline REASON", "to decline"),
            Trigger::Close => add("/close", "to conclude it now"),
            Trigger::Move => {
                let command = format!("/move {}", way.to);
                add(&command, "to move it on");
            }
            Trigger::Met | Trigger::Objection | Trigger::Resolved | Trigger::Edit => {}
        }
    }
    add(
        "/edit",
        "after changing the text; `/edit --editorial` if its meaning stays",
    );
    commands
}
