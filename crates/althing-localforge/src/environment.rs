//! What a shell needs so that `gh` and `git` reach the local forge as a certain user.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::forge::{Forge, Refusal};

/// Why there is no environment for the user.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentError {
    /// The forge does not know the user, or the user has no token.
    #[error("the forge has no user `{0}` with a token")]
    NoUser(String),
    /// The forge could not be asked.
    #[error(transparent)]
    Forge(#[from] Refusal),
    /// The configuration folder of `gh` cannot be written.
    #[error("{0} cannot be written: {1}")]
    Folder(PathBuf, io::Error),
}

/// Environment variables, in the order to set them, for `gh` and `git` as `login`. Writes the
/// configuration that `gh` reads into `ROOT/gh/LOGIN`. `althing` is the path of the program that
/// git runs in place of ssh (`althing forge ssh`).
///
/// # Errors
/// See [`EnvironmentError`].
pub async fn environment(
    forge: &Forge,
    login: &str,
    althing: &Path,
) -> Result<Vec<(String, String)>, EnvironmentError> {
    let no_user = || EnvironmentError::NoUser(login.to_owned());
    let user = forge.user(login).await.map_err(|refusal| {
        if matches!(refusal, Refusal::NotFound(_)) {
            no_user()
        } else {
            refusal.into()
        }
    })?;
    let token = forge.token_of(user.id).await?.ok_or_else(no_user)?;
    let root = forge.root();
    let gh = root.join("gh").join(&user.login);
    write_gh_config(&gh, &root.join("forge.sock"))
        .map_err(|error| EnvironmentError::Folder(gh.clone(), error))?;

    let ssh = format!("{} forge ssh --root {}", quoted(althing), quoted(root));
    let email = user
        .email
        .unwrap_or_else(|| format!("{}@localhost", user.login));
    let git = [
        (
            "url.git@github.com:.insteadOf",
            "https://github.com/".to_owned(),
        ),
        ("core.sshCommand", ssh),
        ("ssh.variant", "ssh".to_owned()),
        ("credential.helper", String::new()),
        ("user.name", user.name.unwrap_or_else(|| user.login.clone())),
        ("user.email", email),
        ("init.defaultBranch", "main".to_owned()),
    ];
    let folder = |name: &str| gh.join(name).display().to_string();
    let mut variables = vec![
        ("GH_CONFIG_DIR".to_owned(), gh.display().to_string()),
        ("GH_TOKEN".to_owned(), token),
        ("GH_NO_UPDATE_NOTIFIER".to_owned(), "1".to_owned()),
        ("XDG_STATE_HOME".to_owned(), folder("state")),
        ("XDG_CACHE_HOME".to_owned(), folder("cache")),
        ("GIT_TERMINAL_PROMPT".to_owned(), "0".to_owned()),
        ("GIT_CONFIG_COUNT".to_owned(), git.len().to_string()),
    ];
    for (number, (key, value)) in git.into_iter().enumerate() {
        variables.push((format!("GIT_CONFIG_KEY_{number}"), key.to_owned()));
        variables.push((format!("GIT_CONFIG_VALUE_{number}"), value));
    }
    Ok(variables)
}

/// The variables as a POSIX shell reads them.
pub fn exports(variables: &[(String, String)]) -> String {
    variables
        .iter()
        .map(|(key, value)| format!("export {key}={}\n", quote(value)))
        .collect()
}

fn write_gh_config(folder: &Path, socket: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let config = format!(
        "git_protocol: ssh\nprompt: disabled\nhttp_unix_socket: {}\n",
        serde_json::Value::from(socket.display().to_string()),
    );
    let (path, draft) = (folder.join("config.yml"), folder.join("config.yml.new"));
    // Renamed into place: a `gh` that reads at this moment sees one version or the other.
    fs::write(&draft, config)?;
    fs::rename(draft, path)
}

fn quoted(path: &Path) -> String {
    quote(&path.display().to_string())
}

/// In single quotes, as POSIX shells take everything literally.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::exports;

    #[test]
    fn any_value_survives_the_shell() {
        let value = "a'b \"c\" $HOME\n`x`";
        let script = format!("{}printf %s \"$V\"", exports(&[("V".into(), value.into())]));
        let done = std::process::Command::new("sh")
            .args(["-c", &script])
            .output()
            .expect("sh");
        assert_eq!(String::from_utf8_lossy(&done.stdout), value);
    }
}
