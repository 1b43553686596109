//! Which repository paths a gate is about.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Compiled path patterns of one gate.
///
/// `*` and `?` stay within a folder, `**` crosses folders; case matters.
#[derive(Clone, Debug)]
pub struct PathPatterns {
    written: Vec<String>,
    set: GlobSet,
}

impl PathPatterns {
    /// Whether `path`, relative to the repository root with `/` between folders, falls under
    /// a pattern.
    pub fn cover(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The patterns as written.
    pub fn written(&self) -> &[String] {
        &self.written
    }

    pub(crate) fn new(globs: Vec<Glob>) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        let mut written = Vec::new();
        for glob in globs {
            written.push(glob.glob().to_owned());
            set.add(glob);
        }
        Ok(Self {
            written,
            set: set.build()?,
        })
    }
}

/// The longest pattern, in bytes. Also bounds how deep `{` can nest, which is compiled
/// recursively.
const LONGEST: usize = 256;

/// The most patterns of one gate.
pub(crate) const MOST: usize = 500;

/// Reads one pattern, or says why it can be read by nobody or match nothing.
pub(crate) fn read_pattern(text: &str) -> Result<Glob, String> {
    if text.trim() != text || text.is_empty() {
        return Err("it is empty or has blanks around it".to_owned());
    }
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    if text.starts_with('/') {
        return Err("paths begin at the repository root without a slash".to_owned());
    }
    let odd_part = |part: &str| matches!(part, "." | "..") || part.is_empty();
    if text.trim_end_matches('/').split('/').any(odd_part) || text.ends_with('/') {
        return Err("no path has an empty, `.` or `..` part; a folder is `folder/**`".to_owned());
    }
    GlobBuilder::new(text)
        .literal_separator(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{PathPatterns, read_pattern};

    #[rstest]
    #[case("models/**", "models/a/b.py", true)]
    #[case("models/**", "models", false)]
    #[case("models/**", "models2/a", false)]
    #[case("models/**", "Models/a", false)]
    #[case("**", "a", true)]
    #[case("**", ".althing/charter.yaml", true)]
    #[case("*.md", "README.md", true)]
    #[case("*.md", "docs/README.md", false)]
    #[case("**/*.md", "README.md", true)]
    #[case("**/*.md", "docs/a/README.md", true)]
    #[case("{src,lib}/*.rs", "lib/x.rs", true)]
    #[case("models/?.py", "models/a.py", true)]
    #[case("models/?.py", "models//.py", false)]
    fn coverage(#[case] pattern: &str, #[case] path: &str, #[case] covered: bool) {
        let glob = read_pattern(pattern).expect("valid pattern");
        let patterns = PathPatterns::new(vec![glob]).expect("valid set");
        assert_eq!(patterns.cover(path), covered);
    }

    #[test]
    fn the_deepest_pattern_that_is_read_can_be_used() {
        let deepest = format!("{}{}", "{".repeat(128), "}".repeat(128));
        let glob = read_pattern(&deepest).expect("short enough");
        assert!(PathPatterns::new(vec![glob]).is_ok());
    }

    #[rstest]
    #[case("")]
    #[case(" models/**")]
    #[case("/models/**")]
    #[case("models/../x")]
    #[case("./models")]
    #[case("models/")]
    #[case("models//x")]
    #[case("models/[a")]
    #[case("models/{a")]
    #[case(&"a".repeat(257))]
    #[case(&format!("{}a{}", "{".repeat(100_000), "}".repeat(100_000)))]
    fn unreadable_patterns(#[case] pattern: &str) {
        assert!(read_pattern(pattern).is_err());
    }
}
