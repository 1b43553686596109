//! Texts with names: all that this crate ever reads.

/// A text and the name under which findings mention it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// Path of the file, or another name such as `main:.althing/charter.yaml`.
    pub name: &'a str,
    /// What it says.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// A text with its name.
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text }
    }
}

/// The name of the source that `extends: [written]` in the file `extending` means: a preset's
/// name is a file of `charters/`, anything else a path from the folder of the extending file.
pub(crate) fn resolve(extending: &str, written: &str) -> String {
    if is_preset_name(written) {
        return format!("charters/{written}.yaml");
    }
    let (place, extending) = extending.split_once(':').unwrap_or(("", extending));
    let rooted = extending.starts_with('/');
    let mut parts: Vec<&str> = extending.split('/').filter(|it| !it.is_empty()).collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let place = if place.is_empty() {
        String::new()
    } else {
        format!("{place}:")
    };
    let root = if rooted { "/" } else { "" };
    format!("{place}{root}{}", parts.join("/"))
}

/// Whether a text names a preset rather than a path.
pub(crate) fn is_preset_name(written: &str) -> bool {
    !written.contains(['/', '.'])
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::resolve;

    #[rstest]
    #[case(".althing/charter.yaml", "llama-stack", "charters/llama-stack.yaml")]
    #[case(".althing/charter.yaml", "house.yaml", ".althing/house.yaml")]
    #[case(".althing/charter.yaml", "./house.yaml", ".althing/house.yaml")]
    #[case(".althing/charter.yaml", "../rules/a.yaml", "rules/a.yaml")]
    #[case("charter.yaml", "../a.yaml", "../a.yaml")]
    #[case("/home/x/.althing/charter.yaml", "../a.yaml", "/home/x/a.yaml")]
    #[case("./.althing/charter.yaml", "a.yaml", "./.althing/a.yaml")]
    #[case("main:.althing/charter.yaml", "a/b.yaml", "main:.althing/a/b.yaml")]
    fn paths_start_at_the_extending_file(
        #[case] extending: &str,
        #[case] written: &str,
        #[case] source: &str,
    ) {
        assert_eq!(resolve(extending, written), source);
    }
}
