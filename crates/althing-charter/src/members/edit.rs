//! A change of roles in the text of a members file: everything else stays, to the comment.

use althing_diag::{
    id::{Account, UserId},
    yaml::{self, Spanned},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{
    Holding, Member, Members,
    explained::{agree, entry},
};
use crate::{
    Charter, RoleRef, Source,
    place::{at, block_end, column, flow_items, indent, insert, insert_line, line_start, replaced},
    raw::RawHolding,
};

/// A role of a person as the file is to list it.
#[derive(Clone, Debug)]
pub struct RoleEdit {
    /// Who.
    pub member: Account,
    /// Which role.
    pub role: RoleRef,
    /// As what it is held; it is listed no more if it is not.
    pub holding: Option<Holding>,
}

/// The text of the file with those roles as they are to be; `None` if it says so already.
///
/// Only the lines that must change do. The new text is read again, and must say what is wanted
/// and nothing else: where it does not, the file is written in a way that a machine does not
/// change.
///
/// # Errors
/// Why it was not changed, in a sentence.
pub fn edit_members(
    file: Source<'_>,
    charter: &Charter,
    edits: &[RoleEdit],
    day: Date,
) -> Result<Option<String>, String> {
    let mut text = file.text.to_owned();
    for edit in edits {
        if let Some(edited) = edited(Source::new(file.name, &text), charter, edit, day)? {
            text = edited;
        }
    }
    Ok((text != file.text).then_some(text))
}

fn edited(
    file: Source<'_>,
    charter: &Charter,
    edit: &RoleEdit,
    day: Date,
) -> Result<Option<String>, String> {
    let mut wanted = read(file, charter)?;
    let listed = wanted.by_id.get(&edit.member.id);
    let listed = listed.into_iter().flat_map(|member| &member.holdings);
    let listed: Vec<&Holding> = listed.filter(|it| it.role == edit.role).collect();
    match (listed.as_slice(), &edit.holding) {
        ([], None) => return Ok(None),
        ([listed], Some(said)) if agree(day, listed, said) => return Ok(None),
        (_, None | Some(_)) => {}
    }
    want(&mut wanted, edit);
    let by_hand = || {
        format!(
            "{} is written in a way that is not changed by machine",
            file.name
        )
    };
    let text = change(file, edit).ok_or_else(by_hand)?;
    let found = read(Source::new(file.name, &text), charter).map_err(|_| by_hand())?;
    let is_wanted = wanted.by_id.len() == found.by_id.len()
        && wanted
            .iter()
            .zip(found.iter())
            .all(|(one, other)| same(one, other));
    is_wanted.then_some(Some(text)).ok_or_else(by_hand)
}

fn read(file: Source<'_>, charter: &Charter) -> Result<Members, String> {
    Members::parse(file, charter).map_err(|findings| {
        let first = findings.first().map(ToString::to_string);
        first.unwrap_or_else(|| format!("{} cannot be read", file.name))
    })
}

/// What the file is to say.
fn want(members: &mut Members, edit: &RoleEdit) {
    if let Some(member) = members.by_id.get_mut(&edit.member.id) {
        member.holdings.retain(|it| it.role != edit.role);
    }
    let Some(holding) = &edit.holding else { return };
    if let (Some(since), Some(by)) = (holding.since, holding.by) {
        members.grant(&edit.member, edit.role.clone(), since, by);
    }
    if let Some(member) = members.by_id.get_mut(&edit.member.id) {
        member.holdings.retain(|it| it.role != edit.role);
        member.holdings.push(holding.clone());
    }
}

/// Whether two members are the same but for their places.
fn same(one: &Member, other: &Member) -> bool {
    let holdings = |member: &Member| {
        let holdings = member.holdings.iter();
        let mut said: Vec<String> = holdings.map(entry).collect();
        said.sort();
        said
    };
    let placeless = |member: &Member| Member {
        holdings: Vec::new(),
        location: one.location.clone(),
        ..member.clone()
    };
    holdings(one) == holdings(other) && placeless(one) == placeless(other)
}

/// A member, with the places that a change needs.
#[derive(Deserialize)]
struct Listed {
    id: Spanned<u64>,
    roles: Option<Spanned<Vec<Spanned<RawHolding>>>>,
}

impl Listed {
    fn roles(&self) -> &[Spanned<RawHolding>] {
        self.roles.as_ref().map_or(&[], |roles| &roles.value)
    }
}

fn change(file: Source<'_>, edit: &RoleEdit) -> Option<String> {
    let mut text = file.text.to_owned();
    while let Some(without) = taken_out(&text, edit)? {
        text = without;
    }
    match &edit.holding {
        Some(holding) => put_in(&text, &edit.member, holding),
        None => Some(text),
    }
}

fn listed(text: &str) -> Option<Vec<Spanned<Listed>>> {
    yaml::parse("members", text).ok()
}

/// The text without the first listing of the role; `None` within if there is none.
fn taken_out(text: &str, edit: &RoleEdit) -> Option<Option<String>> {
    let members = listed(text)?;
    let Some(member) = find(&members, edit.member.id) else {
        return Some(None);
    };
    let role = edit.role.to_string();
    let roles = member.value.roles();
    let Some(place) = roles.iter().position(|it| it.value.role == role) else {
        return Some(None);
    };
    let list = at(member.value.roles.as_ref()?)?;
    let range = if text.get(list..)?.starts_with('[') {
        let (items, _) = flow_items(text, list)?;
        let item = items.get(place)?;
        match (items.get(place + 1), place.checked_sub(1)) {
            (Some(next), _) => item.start..next.start,
            (None, Some(before)) => items.get(before)?.end..item.end,
            (None, None) => item.clone(),
        }
    } else {
        let item = at(roles.get(place)?)?;
        let lines = line_start(text, item)..block_end(text, item, indent(text, item))?;
        if roles.len() == 1 {
            let before = text.get(..lines.start)?.trim_end();
            return Some(Some(replaced(text, before.len()..lines.end, " []\n")?));
        }
        lines
    };
    Some(Some(replaced(text, range, "")?))
}

/// The text with one more role.
fn put_in(text: &str, account: &Account, holding: &Holding) -> Option<String> {
    let members = listed(text)?;
    let item = entry(holding);
    let Some(member) = find(&members, account.id) else {
        return with_member(text, &members, account, &item);
    };
    let start = at(member)?;
    let is_flow = text.get(start..)?.starts_with('{');
    match &member.value.roles {
        Some(roles) if text.get(at(roles)?..)?.starts_with('[') => {
            let (items, _) = flow_items(text, at(roles)?)?;
            match items.last() {
                Some(last) => insert(text, last.end, &format!(", {item}")),
                None => insert(text, at(roles)? + 1, &item),
            }
        }
        Some(roles) => {
            let last = at(roles.value.last()?)?;
            let margin = indent(text, last);
            let line = format!("{}- {item}\n", " ".repeat(margin));
            insert_line(text, block_end(text, last, margin)?, &line)
        }
        None if is_flow => {
            let (items, _) = flow_items(text, start)?;
            insert(text, items.last()?.end, &format!(", roles: [{item}]"))
        }
        None => {
            let margin = column(text, start);
            let line = format!("{}roles: [{item}]\n", " ".repeat(margin));
            insert_line(text, block_end(text, start, margin.checked_sub(1)?)?, &line)
        }
    }
}

/// The text with one more member, written as the last one is.
fn with_member(
    text: &str,
    members: &[Spanned<Listed>],
    account: &Account,
    item: &str,
) -> Option<String> {
    let (id, login) = (account.id, &account.login);
    let on_a_line = format!("- {{ id: {id}, login: {login}, roles: [{item}] }}\n");
    let Some(last) = members.last() else {
        let mut lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        let content = lines.find(|line| line.trim_end() == "[]")?;
        let start = content.as_ptr().addr() - text.as_ptr().addr();
        return replaced(text, start..start + 2, on_a_line.trim_end());
    };
    let start = at(last)?;
    let margin = indent(text, start);
    let added = if text.get(start..)?.starts_with('{') {
        format!("{}{on_a_line}", " ".repeat(margin))
    } else {
        let pad = " ".repeat(margin);
        format!("{pad}- id: {id}\n{pad}  login: {login}\n{pad}  roles:\n{pad}    - {item}\n")
    };
    insert_line(text, block_end(text, start, margin)?, &added)
}

fn find(members: &[Spanned<Listed>], id: UserId) -> Option<&Spanned<Listed>> {
    members.iter().find(|member| member.value.id.value == id.0)
}
