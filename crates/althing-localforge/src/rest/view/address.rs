//! Addresses, as GitHub writes them.

use std::fmt::Display;

/// Where programs ask.
pub(in crate::rest) const API: &str = "https://api.github.com";
/// Where people look.
pub(in crate::rest) const WEB: &str = "https://github.com";

/// Both addresses of one repository.
pub(in crate::rest) struct RepoAddress {
    /// `https://api.github.com/repos/OWNER/NAME`.
    pub(in crate::rest) api: String,
    /// `https://github.com/OWNER/NAME`.
    pub(in crate::rest) web: String,
}

impl RepoAddress {
    /// From `OWNER/NAME`.
    pub(in crate::rest) fn new(full_name: &impl Display) -> Self {
        Self {
            api: format!("{API}/repos/{full_name}"),
            web: format!("{WEB}/{full_name}"),
        }
    }
}
