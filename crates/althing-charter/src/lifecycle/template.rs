//! Placeholders in texts.

/// The names in `{…}`, in the order of the text. Braces around anything that cannot be a name
/// are text.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('{')?;
            let end = after.find(['{', '}']).unwrap_or(after.len());
            let (name, tail) = after.split_at_checked(end)?;
            rest = tail;
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if tail.starts_with('}') && !name.is_empty() && name.chars().all(is_name) {
                return Some(name);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::placeholders;

    #[rstest]
    #[case("", &[])]
    #[case("no placeholder }", &[])]
    #[case("{title}: {a-b} and {opener}", &["title", "a-b", "opener"])]
    #[case("{ title } {} {{x} {", &["x"])]
    #[case("{Nominee}", &["Nominee"])]
    fn names_in_braces(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(placeholders(text).collect::<Vec<_>>(), expected);
    }
}
