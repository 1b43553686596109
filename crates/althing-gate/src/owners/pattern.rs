//! Path patterns of CODEOWNERS: those of gitignore, without `!` and classes.

use globset::{GlobBuilder, GlobMatcher};

/// The longest pattern, in bytes.
const LONGEST: usize = 1000;

/// A pattern.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    glob: GlobMatcher,
    /// Whether it means folders alone, and so what lies in them.
    folder: bool,
    /// Whether it means what lies directly in a folder, and not what lies deeper.
    flat: bool,
}

impl Pattern {
    /// Reads a pattern, or says why the forge leaves its line out.
    pub(super) fn new(written: &str) -> Result<Self, String> {
        if written.len() > LONGEST {
            return Err("its pattern is too long".to_owned());
        }
        if written.starts_with('!') {
            return Err("`!` does not take anything out".to_owned());
        }
        if written.contains(['[', ']']) {
            return Err("there are no classes in `[]`".to_owned());
        }
        let folder = written.ends_with('/');
        let bare = written.trim_end_matches('/');
        // A slash anywhere but at the end binds the pattern to the root.
        let anchored = bare.contains('/') || (folder && bare.is_empty());
        let path = bare.trim_start_matches('/');
        let glob = match (anchored, path) {
            (_, "") => "**".to_owned(),
            (true, path) => escaped(path),
            (false, path) => format!("**/{}", escaped(path)),
        };
        Ok(Self {
            glob: matcher(&glob)?,
            folder,
            // As the forge has it: `docs/*` does not mean `docs/deep/file`.
            flat: path.ends_with("/*"),
        })
    }

    /// Whether it means the path, or a folder that the path lies in.
    pub(super) fn matches(&self, path: &str) -> bool {
        let folders = path
            .match_indices('/')
            .filter_map(|(end, _)| path.get(..end));
        (!self.folder && self.glob.is_match(path))
            || (!self.flat && folders.into_iter().any(|folder| self.glob.is_match(folder)))
    }
}

fn matcher(glob: &str) -> Result<GlobMatcher, String> {
    let built = GlobBuilder::new(glob).literal_separator(true).build();
    let built = built.map_err(|error| format!("its pattern cannot be read: {}", error.kind()))?;
    Ok(built.compile_matcher())
}

/// The same where `{}` and backslashes mean themselves.
fn escaped(path: &str) -> String {
    let mut text = String::new();
    for character in path.chars() {
        if "{},\\".contains(character) {
            text.push('\\');
        }
        text.push(character);
    }
    text
}
