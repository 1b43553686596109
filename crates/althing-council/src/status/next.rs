//! What a subject waits for, and who can act.

use althing_charter::{Need, Trigger, Way};

use super::{
    StatusView,
    page::{Page, logins},
};

/// How many of those who can act are named.
const NAMED: usize = 12;

/// The ways on, each with what it still needs.
pub(super) fn ways(view: &StatusView<'_>, page: &mut Page) {
    if view.ways.is_empty() {
        return;
    }
    page.section("What comes next");
    for way in view.ways {
        let transition = view.lifecycle.transition(&way.transition);
        let otherwise = transition.and_then(|transition| transition.otherwise.as_ref());
        let otherwise = otherwise.map(|it| format!(" or, if the vote fails, **{}**,", it.to));
        let otherwise = otherwise.unwrap_or_default();
        let line = format!("**{}**{otherwise} {}", way.to, how(way, page));
        page.item(&line);
        for need in needs(way).take(page.room.items) {
            let line = missing(need, page);
            page.inner_item(&line);
        }
    }
    page.end_list();
}

/// What is still needed, beside what sets the way off.
fn needs(way: &Way) -> impl Iterator<Item = &Need> {
    let is_trigger = way.trigger == Trigger::Objection;
    let needs = way.needs.iter();
    needs.filter(move |need| !(is_trigger && need.what == "an objection"))
}

/// What sets a way off.
fn how(way: &Way, page: &Page) -> String {
    let verb = |verb: &str| {
        if way.who.is_empty() {
            format!("when somebody says {verb}")
        } else {
            let who = logins(way.who.iter().map(String::as_str), NAMED);
            format!("when one of these says {verb}: {who}")
        }
    };
    match way.trigger {
        Trigger::Met if way.needs.is_empty() => "now".to_owned(),
        Trigger::Met => "by itself; still needed:".to_owned(),
        Trigger::Objection => "when somebody objects".to_owned(),
        Trigger::Resolved => "when all objections are settled".to_owned(),
        Trigger::Edit => "when its text is changed".to_owned(),
        Trigger::Withdraw => verb("`/withdraw`"),
        Trigger::Decline => verb("`/decline`"),
        Trigger::Close => verb("`/close`"),
        Trigger::Move => verb(&format!("`/move {}`", page.plain(way.to.as_str()))),
    }
}

fn missing(need: &Need, page: &Page) -> String {
    let mut line = page.sentence(&need.what);
    if let Some(window) = &need.window {
        line.push_str(&format!(" ({})", page.sentence(window)));
    }
    if !need.who.is_empty() {
        let who = logins(need.who.iter().map(String::as_str), NAMED);
        line.push_str(&format!(", from {who}"));
    }
    line
}
