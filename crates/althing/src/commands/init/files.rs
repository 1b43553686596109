//! Charter and members to begin with.

use althing_charter::Charter;

/// A charter that builds on the preset. What only the community knows is a placeholder, which
/// `charter check` names until it is filled in.
pub(super) fn charter(preset: &str, name: Option<&str>, rules: &Charter) -> String {
    let name = match name {
        Some(name) => serde_json::Value::from(name).to_string(),
        None => "<name of the community>".to_owned(),
    };
    let dates = match rules.footer() {
        Some(_) => {
            "ratified: <day on which these rules were adopted, such as 2026-01-31>\n\
                    amended: <the same day, until they are amended>\n"
        }
        None => "",
    };
    format!(
        "# The rules of this repository. They build on the preset `{preset}`: `althing charter show`\n\
         # prints all of them, and an entry that is set here replaces the one of the same name there.\n\
         charter: 1\n\
         name: {name}\n\
         version: 1.0.0\n\
         {dates}\
         extends: [{preset}]\n"
    )
}

/// An empty list of members, with an example for each role.
pub(super) fn members(rules: &Charter) -> String {
    let mut text = "# Who holds which role. Write entries such as this one in place of the `[]` below:\n\
                    #\n\
                    # - id: 1001                 # number of the account: gh api users/LOGIN --jq .id\n\
                    #   login: m1\n"
        .to_owned();
    let role = rules.roles().keys().next();
    if let Some(role) = role {
        text.push_str(&format!("#   roles: [{role}]\n"));
    }
    text.push_str("#\n# The roles are:\n");
    for (name, role) in rules.roles() {
        let scopes = role.scopes.iter().map(|scope| format!("{name}@{scope}"));
        let ways: Vec<String> = scopes.collect();
        let written = if ways.is_empty() {
            name.to_string()
        } else {
            ways.join(", ")
        };
        match &role.description {
            Some(description) => {
                text.push_str(&format!(
                    "# {written}: {}\n",
                    description.trim().replace('\n', " ")
                ));
            }
            None => text.push_str(&format!("# {written}\n")),
        }
    }
    text.push_str("[]\n");
    text
}
