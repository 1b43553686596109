//! What can be wrong with a seed file by itself.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
};

use althing_diag::{
    Code, Finding,
    yaml::{self, Spanned},
};

use super::{
    file::{Issue, Project, Repository, SeedFile},
    names::{issue_reference, slug, valid_login},
};
use crate::model::{Permission, RepoName, Timestamp};

/// All findings about `file`. Folders to commit are replaced by their absolute paths.
pub(super) fn check(name: &str, file: &mut SeedFile, folder: &Path) -> Vec<Finding> {
    let mut check = Check {
        name,
        findings: Vec::new(),
    };
    let people = check.accounts(file);
    let issues = check.repositories(file, &people);
    check.projects(file, &people, &issues);
    for repository in &mut file.repositories {
        if let Some(from) = &mut repository.from {
            match confined(folder, &from.value) {
                Ok(path) => from.value = path.display().to_string(),
                Err(reason) => check.wrong(
                    from,
                    reason,
                    "name a folder beside the seed file or below it",
                ),
            }
        }
    }
    check.findings.sort_by(|a, b| a.location.cmp(&b.location));
    check.findings
}

/// Who is declared, by lower-case login.
#[derive(Default)]
struct People {
    users: HashSet<String>,
    /// Slugs of the teams of each organization.
    organizations: HashMap<String, HashSet<String>>,
}

impl People {
    fn is_user(&self, login: &str) -> bool {
        self.users.contains(&login.to_lowercase())
    }

    fn is_organization(&self, login: &str) -> bool {
        self.organizations.contains_key(&login.to_lowercase())
    }
}

struct Check<'a> {
    name: &'a str,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn wrong<T>(&mut self, at: &Spanned<T>, message: impl Into<String>, help: &str) {
        let finding = Finding::error(Code::SeedInvalid, message, help);
        self.findings
            .push(finding.at(yaml::location(self.name, at)));
    }

    fn accounts(&mut self, file: &SeedFile) -> People {
        let mut people = People::default();
        let (mut logins, mut ids, mut emails, mut tokens) = (
            BTreeSet::new(),
            BTreeSet::new(),
            BTreeSet::new(),
            BTreeSet::new(),
        );
        let users = file.users.iter().map(|user| (&user.login, &user.id));
        let organizations = file
            .organizations
            .iter()
            .map(|organization| (&organization.login, &organization.id));
        for (login, id) in users.chain(organizations) {
            if !valid_login(&login.value) {
                self.wrong(
                    login,
                    format!("`{}` cannot be a login", login.value),
                    "use letters, digits, `-`, `_` and `.`",
                );
            }
            if !logins.insert(login.value.to_lowercase()) {
                self.wrong(
                    login,
                    format!("the login `{}` is taken", login.value),
                    "give every account its own login; case does not count",
                );
            }
            if let Some(id) = id {
                if id.value < 1 {
                    self.wrong(
                        id,
                        format!("{} is no account id", id.value),
                        "use a number from 1, or leave it out",
                    );
                }
                if !ids.insert(id.value) {
                    self.wrong(
                        id,
                        format!("the id {} is taken", id.value),
                        "give every account its own id, or leave it out",
                    );
                }
            }
        }
        for user in &file.users {
            people.users.insert(user.login.value.to_lowercase());
            if let Some(email) = &user.email
                && (!email.value.contains('@') || !emails.insert(email.value.to_lowercase()))
            {
                self.wrong(
                    email,
                    format!("`{}` is no e-mail address of one person", email.value),
                    "commits are matched by it: give every user a different address",
                );
            }
            if let Some(token) = &user.token {
                let plain =
                    !token.value.is_empty() && token.value.chars().all(|c| c.is_ascii_graphic());
                if !plain || !tokens.insert(token.value.clone()) {
                    self.wrong(
                        token,
                        "not a token of one user",
                        "use printable characters without spaces, different for every user",
                    );
                }
            }
        }
        for organization in &file.organizations {
            let mut slugs = HashSet::new();
            for login in organization.admins.iter().chain(&organization.members) {
                self.user(&people, login, "member");
            }
            let members: HashSet<String> = organization
                .admins
                .iter()
                .chain(&organization.members)
                .map(|login| login.value.to_lowercase())
                .collect();
            for team in &organization.teams {
                let slug = slug(&team.name.value);
                if slug.is_empty() || !slugs.insert(slug) {
                    self.wrong(
                        &team.name,
                        format!("`{}` is no name of one team", team.name.value),
                        "use letters or digits, different for every team",
                    );
                }
                for login in &team.members {
                    if !members.contains(&login.value.to_lowercase()) {
                        self.wrong(
                            login,
                            format!(
                                "`{}` is not a member of {}",
                                login.value, organization.login.value
                            ),
                            "list the user under `members` of the organization first",
                        );
                    }
                }
            }
            people
                .organizations
                .insert(organization.login.value.to_lowercase(), slugs);
        }
        people
    }

    fn user(&mut self, people: &People, login: &Spanned<String>, what: &str) {
        if !people.is_user(&login.value) {
            self.wrong(
                login,
                format!("{what} `{}` is not among the users", login.value),
                "declare the user under `users`, or correct the login",
            );
        }
    }

    /// Number of issues of each repository, by lower-case name.
    fn repositories(&mut self, file: &SeedFile, people: &People) -> HashMap<String, usize> {
        let mut issues = HashMap::new();
        for repository in &file.repositories {
            let name = &repository.name;
            match name.value.parse::<RepoName>() {
                Err(error) => self.wrong(name, error.to_string(), "write OWNER/NAME"),
                Ok(parsed) => {
                    if !people.is_user(parsed.owner()) && !people.is_organization(parsed.owner()) {
                        self.wrong(
                            name,
                            format!(
                                "owner `{}` is neither a user nor an organization here",
                                parsed.owner()
                            ),
                            "declare the owner, or correct the name",
                        );
                    }
                    if issues
                        .insert(name.value.to_lowercase(), repository.issues.len())
                        .is_some()
                    {
                        self.wrong(
                            name,
                            format!("the repository `{}` is there twice", name.value),
                            "merge the two entries",
                        );
                    }
                    self.repository(repository, &parsed, people);
                }
            }
        }
        issues
    }

    fn repository(&mut self, repository: &Repository, name: &RepoName, people: &People) {
        let levels = "use read, triage, write, maintain or admin";
        for (login, level) in &repository.collaborators {
            if !people.is_user(login) {
                self.wrong(
                    level,
                    format!("collaborator `{login}` is not among the users"),
                    "declare the user under `users`, or correct the login",
                );
            }
            if Permission::parse(&level.value).is_none() {
                self.wrong(level, format!("`{}` is no permission", level.value), levels);
            }
        }
        let teams = people.organizations.get(&name.owner().to_lowercase());
        for (slug, level) in &repository.teams {
            if !teams.is_some_and(|teams| teams.contains(slug)) {
                self.wrong(
                    level,
                    format!("`{}` has no team `{slug}`", name.owner()),
                    "declare the team; here it is named in lower case with `-`",
                );
            }
            if Permission::parse(&level.value).is_none() {
                self.wrong(level, format!("`{}` is no permission", level.value), levels);
            }
        }
        let mut labels = BTreeSet::new();
        for label in &repository.labels {
            let length = label.name.value.chars().count();
            if label.name.value.trim().is_empty()
                || length > 50
                || !labels.insert(label.name.value.to_lowercase())
            {
                self.wrong(
                    &label.name,
                    format!("`{}` is no name of one label", label.name.value),
                    "use at most 50 characters, different for every label; case does not count",
                );
            }
            if let Some(color) = &label.color {
                let hex = color.value.len() == 6
                    && color.value.bytes().all(|byte| byte.is_ascii_hexdigit());
                if !hex {
                    self.wrong(
                        color,
                        format!("`{}` is no colour", color.value),
                        "write six hexadecimal digits in quotes, such as '0e8a16'",
                    );
                }
            }
        }
        for issue in &repository.issues {
            self.issue(issue, name, &labels, people);
        }
    }

    fn issue(
        &mut self,
        issue: &Issue,
        repo: &RepoName,
        labels: &BTreeSet<String>,
        people: &People,
    ) {
        if issue.title.value.trim().is_empty() {
            self.wrong(&issue.title, "an issue needs a title", "write one");
        }
        for label in &issue.labels {
            if !labels.contains(&label.value.to_lowercase()) {
                self.wrong(
                    label,
                    format!(
                        "label `{}` is not among the repository's labels",
                        label.value
                    ),
                    "declare the label, or correct the name",
                );
            }
        }
        match &issue.author {
            Some(author) => self.user(people, author, "author"),
            None if people.is_user(repo.owner()) => {}
            None => self.wrong(
                &issue.title,
                "the author is missing",
                "name the author: the owner is no user who could be it",
            ),
        }
        for login in &issue.assignees {
            self.user(people, login, "assignee");
        }
        if let Some(text) = issue
            .created_at
            .as_ref()
            .filter(|text| text.value.parse::<Timestamp>().is_err())
        {
            self.wrong(
                text,
                format!("`{}` is no time", text.value),
                "write it as 2026-01-31T12:00:00Z",
            );
        }
    }

    fn projects(&mut self, file: &SeedFile, people: &People, issues: &HashMap<String, usize>) {
        let mut numbers = BTreeSet::new();
        for project in &file.projects {
            let owner = &project.owner;
            if !people.is_user(&owner.value) && !people.is_organization(&owner.value) {
                self.wrong(
                    owner,
                    format!(
                        "owner `{}` is neither a user nor an organization here",
                        owner.value
                    ),
                    "declare the owner, or correct the login",
                );
            }
            if project.title.value.trim().is_empty() {
                self.wrong(&project.title, "a project needs a title", "write one");
            }
            if project.number.value < 1
                || !numbers.insert((owner.value.to_lowercase(), project.number.value))
            {
                self.wrong(
                    &project.number,
                    format!("{} is no number of one project", project.number.value),
                    "use a number from 1, different for every project of the owner",
                );
            }
            for login in &project.writers {
                self.user(people, login, "writer");
            }
            self.board(project, issues);
        }
    }

    fn board(&mut self, project: &Project, issues: &HashMap<String, usize>) {
        let mut names: BTreeSet<String> = BTreeSet::from(["title".to_owned()]);
        let mut statuses = BTreeMap::new();
        for (field, options) in &project.fields {
            if field.trim().is_empty() || !names.insert(field.to_lowercase()) {
                self.wrong(
                    options,
                    format!("`{field}` is no name of one field"),
                    "give every field its own name; `Title` is taken",
                );
            }
            if options.value.is_empty() {
                self.wrong(
                    options,
                    format!("the field `{field}` has no options"),
                    "list at least one option",
                );
            }
            let mut seen = BTreeSet::new();
            for option in &options.value {
                if option.value.trim().is_empty() || !seen.insert(option.value.to_lowercase()) {
                    self.wrong(
                        option,
                        format!("`{}` is no name of one option", option.value),
                        "give every option its own name; case does not count",
                    );
                }
            }
            statuses.insert(field.to_lowercase(), seen);
        }
        for field in &project.text_fields {
            if field.value.trim().is_empty() || !names.insert(field.value.to_lowercase()) {
                self.wrong(
                    field,
                    format!("`{}` is no name of one field", field.value),
                    "give every field its own name; `Title` is taken",
                );
            }
        }
        for item in &project.items {
            let known = issue_reference(&item.issue.value).is_some_and(|(repo, number)| {
                let count = issues
                    .get(&repo.to_string().to_lowercase())
                    .copied()
                    .unwrap_or(0);
                usize::try_from(number).is_ok_and(|number| number <= count)
            });
            if !known {
                self.wrong(
                    &item.issue,
                    format!("`{}` is no issue of this seed", item.issue.value),
                    "write OWNER/NAME#NUMBER; issues count from 1 in the order of their repository",
                );
            }
            if let Some(status) = &item.status {
                let options = statuses.get("status");
                if !options.is_some_and(|options| options.contains(&status.value.to_lowercase())) {
                    self.wrong(
                        status,
                        format!(
                            "status `{}` is not among the options of the field `Status`",
                            status.value
                        ),
                        "add the option, or correct the name",
                    );
                }
            }
        }
    }
}

/// The absolute path of `below`, if it is a folder inside `folder`, also after symbolic links.
fn confined(folder: &Path, below: &str) -> Result<PathBuf, String> {
    let unreadable = |error: std::io::Error| format!("`{below}` cannot be read: {error}");
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let folder = folder.canonicalize().map_err(unreadable)?;
    let path = folder.join(below).canonicalize().map_err(unreadable)?;
    if !path.starts_with(&folder) {
        Err(format!("`{below}` is outside the seed file's folder"))
    } else if !path.is_dir() {
        Err(format!("`{below}` is not a folder"))
    } else {
        Ok(path)
    }
}
