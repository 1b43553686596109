//! People as the rules of a lifecycle name them.

use althing_diag::{Code, yaml::Spanned};

use super::Check;
use crate::{AttributeKind, AttributeName, Who, raw::OneOrMany};

impl Check<'_, '_> {
    /// The person that a subject is about.
    pub(super) fn about(&mut self, written: &Spanned<String>) -> Option<AttributeName> {
        let name = self.known_attribute(&written.value, written)?;
        let kind = self.attributes.get(&name).map(|attribute| &attribute.kind);
        if kind != Some(&AttributeKind::Person) {
            let message = format!("`{name}` is no person, so no subject can be about it");
            let help = format!("write `type: person` at the attribute `{name}`");
            self.error(written, message, help);
        }
        Some(name)
    }

    /// People, or a default where nobody is named.
    pub(super) fn people_or(&mut self, raw: Option<Spanned<OneOrMany>>, default: Who) -> Vec<Who> {
        match raw {
            None => vec![default],
            Some(written) => self.people(&written, &written.value),
        }
    }

    /// People, of whom there must be some. `place` is where they are named.
    pub(super) fn people<T>(&mut self, place: &Spanned<T>, written: &OneOrMany) -> Vec<Who> {
        if written.0.is_empty() {
            let help = "name people, such as `[maintainer]`, or remove the line";
            self.error(place, "nobody is named here", help);
        }
        self.who_list(&written.0)
    }

    /// The people who settle objections; whoever raised one may always take it back.
    pub(super) fn settlers<T>(&mut self, place: &Spanned<T>, written: &OneOrMany) -> Vec<Who> {
        let (raiser, others): (Vec<_>, Vec<_>) =
            (written.0.iter().cloned()).partition(|it| it.value == "raiser");
        if others.is_empty() && !raiser.is_empty() {
            return vec![Who::Raiser];
        }
        self.people(place, &OneOrMany(others))
    }

    pub(super) fn who_list(&mut self, written: &[Spanned<String>]) -> Vec<Who> {
        let who = written.iter().filter_map(|written| self.who(written));
        who.collect()
    }

    fn who(&mut self, written: &Spanned<String>) -> Option<Who> {
        let who = self.names.who(written, &mut self.report)?;
        match &who {
            Who::Role(pattern) => {
                for attribute in pattern.attributes() {
                    self.scope_attribute(attribute, written);
                }
            }
            Who::Named(attribute) => self.naming_attribute(attribute, written),
            Who::Subject if self.about.is_none() => {
                let message = "`subject` is nobody: a subject of this lifecycle is about no person";
                let help = "name the attribute with the person under `about`";
                self.error(written, message, help);
            }
            Who::Raiser => {
                let message = "`raiser` is nobody where nobody has objected";
                let help = "write it under `settled-by` alone";
                self.error(written, message, help);
            }
            Who::Anyone | Who::Opener | Who::Subject | Who::Automation | Who::Body(_) => {}
        }
        Some(who)
    }

    /// An attribute whose values are names of scopes.
    fn scope_attribute(&mut self, name: &AttributeName, place: &Spanned<String>) {
        let Some(name) = self.known_attribute(name.as_str(), place) else {
            return;
        };
        match self.attributes.get(&name).map(|attribute| &attribute.kind) {
            Some(AttributeKind::Boolean | AttributeKind::Date | AttributeKind::Person) => {
                let message = format!("`{name}` cannot name a scope");
                let help = "use an attribute that is a text or a list of texts";
                self.report.error(place, Code::CharterValue, message, help);
            }
            Some(
                AttributeKind::Text
                | AttributeKind::OneOf(_)
                | AttributeKind::Role(_)
                | AttributeKind::Number
                | AttributeKind::List(_)
                | AttributeKind::Link,
            )
            | None => {}
        }
    }

    /// An attribute whose values are people.
    fn naming_attribute(&mut self, name: &AttributeName, place: &Spanned<String>) {
        let Some(name) = self.known_attribute(name.as_str(), place) else {
            return;
        };
        let kind = self.attributes.get(&name).map(|attribute| &attribute.kind);
        if !matches!(kind, Some(AttributeKind::Person | AttributeKind::List(_))) {
            let message = format!("`{name}` names nobody");
            let help = "use an attribute of `type: person`, or a list of logins";
            self.report.error(place, Code::CharterValue, message, help);
        }
    }
}
