//! Titles of documents.

use althing_catalog::{Document, Section};
use althing_charter::Form;
use althing_diag::{Code, Finding, Location};

use super::{Asked, Text, numbers};

pub(super) fn check(asked: &Asked<'_>) -> Vec<Finding> {
    let Some(form) = &asked.rule.title else {
        return Vec::new();
    };
    let documents = asked.markdown();
    let wrong = documents.filter_map(|(text, document)| wrong(asked, text, document, form));
    wrong.collect()
}

fn wrong(asked: &Asked<'_>, text: &Text<'_>, document: &Document, form: &Form) -> Option<Finding> {
    let title = title(document);
    let line = title.map_or(1, |it| it.line);
    let (message, help) = match title.map(|it| form.read(&it.heading)) {
        None => (
            format!("`{}` does not begin with a title", asked.rule.name),
            format!("let its first heading be `# {form}`"),
        ),
        Some(Err(why)) => (
            format!("the title is not `{form}`: {why}"),
            format!("let the first heading be `# {form}`"),
        ),
        Some(Ok(number)) => {
            let (said, named) = (number?, numbers::in_name(asked, text.path)?);
            if said == named {
                return None;
            }
            (
                format!("the title says number {said}, the file name {named}"),
                "give both the same number".to_owned(),
            )
        }
    };
    let place = Location::new(text.path, line, 1);
    Some(asked.finding(Code::DocumentIncomplete, message, help, place))
}

/// The first heading, if it is one of the first level.
pub(super) fn title(document: &Document) -> Option<&Section> {
    let first = document.sections.iter().find(|it| it.level > 0);
    first.filter(|it| it.level == 1)
}

/// The number in the title of a text.
pub(super) fn number<'a>(asked: &Asked<'_>, text: &'a Text<'_>) -> Option<&'a str> {
    let title = title(text.markdown.as_ref()?)?;
    let form = asked.rule.title.as_ref()?;
    form.read(&title.heading).ok().flatten()
}
