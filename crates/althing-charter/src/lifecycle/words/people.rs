//! People in plain words.

use crate::{ScopePattern, Who};

/// `anyone`, `maintainer@project or whoever opened it`.
pub(crate) fn people(who: &[Who]) -> String {
    let words: Vec<String> = who.iter().map(person).collect();
    if words.is_empty() {
        "nobody".to_owned()
    } else {
        words.join(" or ")
    }
}

fn person(who: &Who) -> String {
    match who {
        Who::Anyone => "anyone".to_owned(),
        Who::Opener => "whoever opened it".to_owned(),
        Who::Subject => "the person it is about".to_owned(),
        Who::Raiser => "whoever raised the objection".to_owned(),
        Who::Automation => "automation".to_owned(),
        Who::Role(pattern) => match &pattern.scope {
            Some(ScopePattern::FromAttributes(kind, name)) => {
                format!("{} of the {kind} `{name}`", pattern.role)
            }
            Some(ScopePattern::Fixed(_)) | None => pattern.to_string(),
        },
        Who::Body(body) => format!("a member of {body}"),
        Who::Named(attribute) => format!("the person in `{attribute}`"),
    }
}
