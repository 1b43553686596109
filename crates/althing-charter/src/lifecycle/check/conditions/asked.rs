//! What an expression asks about.

use std::collections::BTreeSet;

use cel::common::ast::{
    CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr,
    operators::{EQUALS, INDEX, NOT_EQUALS},
};

/// What an expression asks about.
#[derive(Default)]
pub(in super::super) struct Asked<'a> {
    /// Names that it begins with, such as `subject`.
    pub(super) roots: BTreeSet<&'a str>,
    /// `x` of `subject.x` and `subject['x']`.
    pub(super) attributes: BTreeSet<&'a str>,
    /// The same of `holders`.
    pub(super) roles: BTreeSet<&'a str>,
    /// Attributes, and texts that they are compared with.
    pub(super) compared: Vec<(&'a str, &'a str)>,
    /// Functions that it calls; not operators, whose names are no words.
    pub(super) functions: BTreeSet<&'a str>,
    /// How many loops it has.
    pub(super) loops: usize,
    /// Names that loops declare.
    bound: Vec<&'a str>,
}

impl<'a> Asked<'a> {
    pub(super) fn by(expression: &'a IdedExpr) -> Self {
        let mut asked = Self::default();
        asked.add(expression);
        asked
    }

    /// What another expression asks about too.
    pub(in super::super) fn add(&mut self, expression: &'a IdedExpr) {
        self.walk(expression);
    }

    fn walk(&mut self, expression: &'a IdedExpr) {
        if let Some((root, name)) = member(expression)
            && !self.bound.contains(&root)
        {
            match root {
                "subject" => self.attributes.insert(name),
                "holders" => self.roles.insert(name),
                _ => false,
            };
        }
        match &expression.expr {
            Expr::Ident(name) => {
                if !name.starts_with('@') && !self.bound.contains(&name.as_str()) {
                    self.roots.insert(name);
                }
            }
            Expr::Select(SelectExpr { operand, .. }) => self.walk(operand),
            Expr::Call(call) => {
                self.compared(call);
                if call.func_name.starts_with(char::is_alphabetic) {
                    self.functions.insert(&call.func_name);
                }
                for part in call.target.as_deref().into_iter().chain(&call.args) {
                    self.walk(part);
                }
            }
            Expr::Comprehension(loops) => {
                self.loops += 1;
                self.walk(&loops.iter_range);
                let before = self.bound.len();
                self.bound.push(&loops.iter_var);
                self.bound.extend(loops.iter_var2.as_deref());
                self.bound.push(&loops.accu_var);
                for part in [
                    &loops.accu_init,
                    &loops.loop_cond,
                    &loops.loop_step,
                    &loops.result,
                ] {
                    self.walk(part);
                }
                self.bound.truncate(before);
            }
            Expr::List(list) => list.elements.iter().for_each(|it| self.walk(it)),
            Expr::Map(map) => self.entries(map.entries.iter().map(|entry| &entry.expr)),
            Expr::Struct(fields) => self.entries(fields.entries.iter().map(|entry| &entry.expr)),
            Expr::Literal(_) | Expr::Unspecified => {}
        }
    }

    fn entries(&mut self, entries: impl Iterator<Item = &'a EntryExpr>) {
        for entry in entries {
            match entry {
                EntryExpr::StructField(field) => self.walk(&field.value),
                EntryExpr::MapEntry(entry) => {
                    self.walk(&entry.key);
                    self.walk(&entry.value);
                }
            }
        }
    }

    fn compared(&mut self, call: &'a CallExpr) {
        if !matches!(call.func_name.as_str(), EQUALS | NOT_EQUALS) {
            return;
        }
        if let [one, other] = call.args.as_slice() {
            for (one, other) in [(one, other), (other, one)] {
                if let (Some(("subject", name)), Some(text)) = (member(one), text(other))
                    && !self.bound.contains(&"subject")
                {
                    self.compared.push((name, text));
                }
            }
        }
    }
}

/// `a` and `b` of `a.b` and `a['b']`.
fn member(expression: &IdedExpr) -> Option<(&str, &str)> {
    let (whole, name) = match &expression.expr {
        Expr::Select(select) => (&select.operand.expr, select.field.as_str()),
        Expr::Call(call) if call.func_name == INDEX => match call.args.as_slice() {
            [whole, name] => (&whole.expr, text(name)?),
            _ => return None,
        },
        Expr::Call(_)
        | Expr::Comprehension(_)
        | Expr::Ident(_)
        | Expr::List(_)
        | Expr::Literal(_)
        | Expr::Map(_)
        | Expr::Struct(_)
        | Expr::Unspecified => return None,
    };
    match whole {
        Expr::Ident(root) => Some((root, name)),
        Expr::Select(_)
        | Expr::Call(_)
        | Expr::Comprehension(_)
        | Expr::List(_)
        | Expr::Literal(_)
        | Expr::Map(_)
        | Expr::Struct(_)
        | Expr::Unspecified => None,
    }
}

fn text(expression: &IdedExpr) -> Option<&str> {
    if let Expr::Literal(LiteralValue::String(text)) = &expression.expr {
        Some(text.inner())
    } else {
        None
    }
}
