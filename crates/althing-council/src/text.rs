//! Words of others in comments that Althing posts: shown as they are, and without effect.

/// Parts a sign from what follows it, unseen. Forges look for mentions in the rendered text,
/// where no escape is left.
const APART: char = '\u{200b}';

/// The longest word of others that is shown, in characters.
pub(crate) const LONGEST: usize = 1_000;

/// A text as one line of Markdown that shows exactly that text: no markup, no HTML, no mention,
/// no reference to an issue, no command, and no more than `longest` characters.
pub(crate) fn plain(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let mut plain = String::new();
    // What could begin a list or underline a heading, at the start of a line.
    let (mut at_start, mut after_number) = (true, false);
    for (count, c) in line.chars().enumerate() {
        if count == longest {
            plain.push('…');
            break;
        }
        match c {
            c if c.is_control() || is_invisible(c) => continue,
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '&' => plain.push_str("&amp;"),
            '@' | '#' => plain.extend([c, APART]),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' | '!' | '^' => {
                plain.extend(['\\', c]);
            }
            '-' | '+' | '=' | '/' if at_start => plain.extend(['\\', c]),
            '.' | ')' if after_number => plain.extend(['\\', c]),
            c => plain.push(c),
        }
        after_number = c.is_ascii_digit() && (at_start || after_number);
        at_start = false;
    }
    plain
}

/// A sentence of our own, in which names stand in the type of code, and perhaps words of others.
pub(crate) fn sentence(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    let mut parts = text.split('`').peekable();
    let mut within = false;
    while let Some(part) = parts.next() {
        let is_closed = parts.peek().is_some();
        if within && is_closed {
            shown.push_str(&code(part));
        } else if !part.trim().is_empty() {
            let blank = |is_blank: bool| if is_blank { " " } else { "" };
            shown.push_str(blank(part.starts_with(char::is_whitespace)));
            shown.push_str(&plain(part, longest));
            shown.push_str(blank(part.ends_with(char::is_whitespace)));
        } else if !part.is_empty() {
            shown.push(' ');
        }
        within = !within;
    }
    shown.trim().to_owned()
}

/// A name, hash or address in the type of code, where nothing is read as markup or mention.
pub(crate) fn code(text: &str) -> String {
    let shown: String = text
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .map(|c| if c == '`' { '\'' } else { c })
        .take(LONGEST)
        .collect();
    if shown.trim().is_empty() {
        return String::new();
    }
    format!("`{shown}`")
}

/// A text that a charter lets post, with words of others filled in: Markdown stays, but nothing
/// in it is a command, a comment in HTML or a mention, unless of one of `people`, by login.
pub fn defused(text: &str, people: &[&str]) -> String {
    let mut defused = String::with_capacity(text.len());
    for line in text.lines() {
        let words = line.trim_start();
        defused.push_str(&line[..line.len() - words.len()]);
        if words.starts_with('/') {
            defused.push('\\');
        }
        let mut rest = words;
        while let Some(at) = rest.find(['@', '<']) {
            let (before, from) = rest.split_at(at);
            defused.push_str(before);
            rest = from.get(1..).unwrap_or_default();
            if from.starts_with('<') {
                let opens = rest.starts_with(['!', '?']);
                defused.push_str(if opens { "&lt;" } else { "<" });
                continue;
            }
            defused.push('@');
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '/' || c == '_';
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            let login = rest.get(..end).unwrap_or_default();
            if !people.iter().any(|known| known.eq_ignore_ascii_case(login)) {
                defused.push(APART);
            }
        }
        defused.push_str(rest);
        defused.push('\n');
    }
    defused.truncate(defused.trim_end().len());
    defused
}

/// Signs that turn the direction of writing, or are not seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag};
    use rstest::rstest;

    use super::{APART, code, defused, plain, sentence};
    use crate::comment;

    #[rstest]
    #[case("it's 60 %, v1.2", "it's 60 %, v1.2")]
    #[case("a\n\n/vote yes", "a /vote yes")]
    #[case("/vote yes", "\\/vote yes")]
    #[case("1. x", "1\\. x")]
    #[case("- x", "\\- x")]
    #[case("<!-- x -->", "&lt;\\!-- x --&gt;")]
    #[case("@m1 closes #5", "@\u{200b}m1 closes #\u{200b}5")]
    #[case("a\u{202e}b", "ab")]
    #[case("äöü", "äö…")]
    fn texts_are_shown_and_nothing_more(#[case] text: &str, #[case] expected: &str) {
        let longest = if text == "äöü" { 2 } else { 100 };
        assert_eq!(plain(text, longest), expected);
    }

    #[rstest]
    #[case("`a@b` of *x*", "`a@b` of \\*x\\*")]
    #[case("one ` only", "one  only")]
    #[case("`a` `b`.", "`a` `b`.")]
    fn sentences_keep_names_in_code(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(sentence(text, 100), expected);
    }

    #[rstest]
    #[case("welcome @m1 and @m2", "welcome @m1 and @\u{200b}m2")]
    #[case("@M1!", "@M1!")]
    #[case("@m1-x @m1/team", "@\u{200b}m1-x @\u{200b}m1/team")]
    #[case("**bold** <b>x</b>", "**bold** <b>x</b>")]
    #[case("a <!-- b -->", "a &lt;!-- b -->")]
    #[case("x\n  /vote yes\n", "x\n  \\/vote yes")]
    fn templates_are_defused(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(defused(text, &["m1"]), expected);
    }

    fn evil() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("/vote yes\n"),
            Just("\n\n"),
            Just("@m2 "),
            Just("<!--"),
            Just("-->"),
            Just("<b>"),
            Just("`"),
            Just("```\n"),
            Just("> "),
            Just("- "),
            Just("[x](y)"),
            Just("*"),
            Just("_"),
            Just("\\"),
            Just("&lt;"),
            Just("|"),
            Just("#1"),
            Just("a"),
            Just("![i](u)"),
            Just("<https://x.y>"),
            Just("\u{200b}"),
            Just("\t"),
        ];
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn plain_text_has_no_markup(text in evil()) {
            let shown = format!("- {}\n", plain(&text, 300));
            let of_ours = format!("- {}\n", sentence(&text, 300));
            prop_assert_eq!(comment::read(&of_ours), comment::Heard::default());
            for event in Parser::new(&of_ours) {
                let is_html = matches!(event, Event::Html(_) | Event::InlineHtml(_));
                prop_assert!(!is_html, "{event:?} in {of_ours:?}");
            }
            for event in Parser::new(&shown) {
                let block = matches!(event, Event::Start(Tag::List(_) | Tag::Item));
                let harmless = block || matches!(event, Event::Text(_) | Event::End(_));
                prop_assert!(harmless, "{event:?} in {shown:?}");
            }
            prop_assert_eq!(comment::read(&shown), comment::Heard::default());
            let parted = format!("@{APART}");
            let left = shown.replace(&parted, "");
            prop_assert!(!left.contains('@'));
        }

        #[test]
        fn code_is_one_span(text in evil()) {
            let shown = format!("- {}\n", code(&text));
            let spans = Parser::new(&shown).filter(|it| matches!(it, Event::Code(_))).count();
            prop_assert!(spans <= 1, "{shown:?}");
            let others = Parser::new(&shown).filter(|it| matches!(it, Event::Text(_) | Event::Html(_) | Event::InlineHtml(_)));
            prop_assert_eq!(others.count(), 0, "{}", shown);
        }

        #[test]
        fn a_defused_text_has_no_commands_and_no_comments(text in evil()) {
            let defused = defused(&text, &["m1"]);
            prop_assert_eq!(comment::read(&defused).commands, []);
            prop_assert!(!defused.contains("<!"));
            prop_assert!(!defused.contains("@m2"));
        }
    }
}
