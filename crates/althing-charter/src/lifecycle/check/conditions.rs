//! What conditions must satisfy: they can be read, ask about what there is, and answer yes or no
//! whatever is said about a subject.

mod asked;
mod samples;

use std::sync::Arc;

use althing_diag::{Code, yaml::Spanned};

use super::{Check, names::help};
use crate::{
    AttributeKind, Condition,
    lifecycle::condition::{RESERVED, ROOTS},
    rules::shown,
};
pub(super) use asked::Asked;
pub(super) use samples::{Sample, Samples};

/// Functions that conditions can call, beside those that are loops.
const FUNCTIONS: &[&str] = &[
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "string",
    "int",
    "uint",
    "double",
    "type",
    "dyn",
];

const OF_CEL: &str = "use functions of CEL: `size`, `contains`, `startsWith`, `endsWith`, `all`, \
                      `exists`, and the operator `in`";

/// The longest condition, in characters: rules are read by people.
const LONGEST: usize = 1000;

/// The most involved condition, as [`involved`] measures it.
const MOST_INVOLVED: usize = 800;

/// The most work that asking a condition once can be, as [`effort`] measures it.
const MOST_EFFORT: usize = 250_000;

/// The most work that trying a condition on samples can be, unless few samples are more.
const MOST_TRIED: usize = 500_000;

impl Check<'_, '_> {
    pub(super) fn condition(&mut self, written: &Spanned<String>) -> Option<Condition> {
        let read = read(&written.value);
        let condition = match read {
            Ok(condition) => condition,
            Err((message, help)) => {
                self.report
                    .error(written, Code::CharterCondition, message, help);
                return None;
            }
        };
        let asked = Asked::by(condition.program.expression());
        let effort = effort(&written.value, asked.loops);
        if effort > MOST_EFFORT {
            let message = "the condition takes too long to answer";
            let help = "use fewer of `all`, `exists`, `exists_one`, `map` and `filter`, on \
                        shorter lists";
            self.report
                .error(written, Code::CharterCondition, message, help);
            return None;
        }
        if self.all_known(&asked, written) {
            self.try_out(&condition, &asked, MOST_TRIED / effort, written);
        }
        Some(condition)
    }

    /// Whether everything that a condition asks about is declared.
    fn all_known(&mut self, asked: &Asked<'_>, written: &Spanned<String>) -> bool {
        let before = self.report.findings.len();
        for root in &asked.roots {
            if !ROOTS.contains(root) {
                let message = format!("a condition cannot ask about `{}`", shown(root));
                let help = "ask about `subject.ATTRIBUTE`, `holders['ROLE']` or `catalog`; texts \
                            stand in quotation marks";
                self.report
                    .error(written, Code::CharterCondition, message, help);
            }
        }
        for function in &asked.functions {
            if !FUNCTIONS.contains(function) {
                let message = format!("there is no function `{}`", shown(function));
                self.report
                    .error(written, Code::CharterCondition, message, OF_CEL);
            }
        }
        for name in &asked.attributes {
            let known = self.attributes.keys().any(|it| it.as_str() == *name);
            if !known && !RESERVED.contains(name) {
                let help = self.help_with(name);
                self.unknown("attribute", written, name, help);
            }
        }
        for role in &asked.roles {
            if !self.names.roles.keys().any(|it| it.as_str() == *role) {
                let finding = crate::rules::unknown_role(role, self.names.roles);
                let at = althing_diag::yaml::location(self.report.file, written);
                self.report.findings.push(finding.at(at));
            }
        }
        for (name, text) in &asked.compared {
            let mut attributes = self.attributes.iter();
            let attribute = attributes.find(|(it, _)| it.as_str() == *name);
            if let Some((_, attribute)) = attribute
                && let AttributeKind::OneOf(texts) = &attribute.kind
                && !text.is_empty()
                && !texts.iter().any(|it| it == text)
            {
                let message = format!("`{name}` is never `{}`", shown(text));
                let help = help("one-of", text, texts.iter());
                self.report
                    .error(written, Code::CharterCondition, message, help);
            }
        }
        self.report.findings.len() == before
    }

    /// What to do about an attribute that nobody declares.
    fn help_with(&self, name: &str) -> String {
        let mut declared = self.attributes.keys().map(|name| name.as_str());
        let hyphen = format!("{name}-");
        match declared.clone().find(|it| it.starts_with(&hyphen)) {
            Some(longer) => format!("a name with a hyphen is written `subject['{longer}']`"),
            None => {
                let known = declared.by_ref().chain(RESERVED.iter().copied());
                help("attributes", name, known)
            }
        }
    }

    /// Asks the condition about samples of subjects.
    fn try_out(
        &mut self,
        condition: &Condition,
        asked: &Asked<'_>,
        times: usize,
        written: &Spanned<String>,
    ) {
        if asked.roots.contains("catalog") {
            // What will be given in is not known here.
            return;
        }
        let samples = Samples::of(&self.name, &self.attributes, self.names.roles, asked);
        let mut answers = Vec::new();
        for sample in samples.some(times.min(self.tries.get())) {
            self.tries.set(self.tries.get().saturating_sub(1));
            match condition.holds(sample.facts(&samples, "state")) {
                Ok(answer) => answers.push(answer),
                Err(why) => {
                    let why: String = why.chars().take(200).collect();
                    let message =
                        format!("the condition has no answer{}: {why}", sample.described());
                    let help = "compare values of the same type; what is not said about a subject is '', \
                         [], 0 or false";
                    self.report
                        .error(written, Code::CharterCondition, message, help);
                    return;
                }
            }
        }
        if samples.complete && answers.len() == samples.number() && !answers.contains(&true) {
            let message = "the condition is true of no subject that there can be";
            let help = "compare with values that the attributes can have";
            self.report
                .error(written, Code::CharterCondition, message, help);
        }
    }
}

/// The condition, or what is wrong with it and what to do.
fn read(source: &str) -> Result<Condition, (String, String)> {
    let simpler = "say it more simply, or with several conditions".to_owned();
    if source.trim().is_empty() {
        let help = "write an expression such as `subject.kind == 'general'`";
        return Err(("the condition is empty".to_owned(), help.to_owned()));
    }
    if source.chars().count() > LONGEST {
        let message = format!("the condition is longer than {LONGEST} characters");
        return Err((message, simpler));
    }
    if involved(source) > MOST_INVOLVED {
        return Err(("the condition is too involved".to_owned(), simpler));
    }
    let program = cel::Program::compile(source).map_err(|errors| {
        let help = "write a CEL expression such as `subject.kind == 'general'`";
        let message = format!("the condition cannot be read{}", first_of(&errors));
        (message, help.to_owned())
    })?;
    Ok(Condition {
        source: source.to_owned(),
        program: Arc::new(program),
    })
}

/// Where and why an expression cannot be read: ` at 1:16: Syntax error: …`.
fn first_of(errors: &cel::ParseErrors) -> String {
    let text = errors.to_string();
    let Some(first) = text.lines().map(str::trim).find(|line| !line.is_empty()) else {
        return String::new();
    };
    let (why, _) = first.split_once(" expecting ").unwrap_or((first, ""));
    let why: String = why.chars().take(200).collect();
    match why.strip_prefix("ERROR: <input>:") {
        Some(placed) => format!(" at {placed}"),
        None => format!(": {why}"),
    }
}

/// How much work it is to answer a condition: its length, for every turn of its loops. What is
/// listed or added up in it can make a list longer for the next loop.
fn effort(source: &str, loops: usize) -> usize {
    let parts = source.matches([',', '+']).count() + samples::LONGEST_LIST;
    let turns = u32::try_from(loops).map_or(usize::MAX, |loops| parts.saturating_pow(loops));
    source.len().max(1).saturating_mul(turns)
}

/// How much of the stack the parser may take for an expression, in thousandths of the 2 MiB that
/// every thread has at least: measured for each kind of sign alone, without optimization, and
/// added up as if all of them stood within each other. Signs within texts count too.
fn involved(source: &str) -> usize {
    const BRACKETS: usize = 80;
    const OPERATOR: usize = 20;
    const CHOICE: usize = 15;
    const LOGICAL: usize = 6;
    const MEMBER: usize = 2;

    let (mut depth, mut deepest, mut sum) = (0_usize, 0, 0);
    let mut before = ' ';
    for letter in source.chars() {
        let again = letter == before;
        match letter {
            '(' | '[' | '{' => {
                depth += 1;
                deepest = deepest.max(depth);
                sum += OPERATOR;
            }
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '?' => sum += CHOICE,
            '&' | '|' => sum += LOGICAL,
            '.' => sum += MEMBER,
            // Signs before a value are read without going deeper.
            '!' | '-' if again => {}
            '=' if "!<>=".contains(before) => {}
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!' => sum += OPERATOR,
            _ => {}
        }
        before = letter;
    }
    let words = source.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    sum += OPERATOR * words.filter(|word| *word == "in").count();
    sum + BRACKETS * deepest
}
