//! Answers to comments: why something was not done, and what to do.

use althing_diag::{Finding, id::Account};

use crate::text::{code, sentence};

/// The longest text of a finding that is shown, in characters.
const LONGEST: usize = 1_500;

/// One answer to everything that was not done of a comment: what, by which rule, and what to do.
/// It calls whoever wrote the comment, and nobody else.
pub fn reply(to: &Account, findings: &[Finding]) -> String {
    let is_login = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let whom = if to.login.chars().all(is_login) {
        format!("@{}", to.login)
    } else {
        code(&to.login)
    };
    let mut reply = match findings {
        [_] => format!("{whom}, this was not done:\n"),
        _ => format!("{whom}, these were not done:\n"),
    };
    for finding in findings {
        reply.push_str(&format!("\n- {}", sentence(&finding.message, LONGEST)));
        if let Some(rule) = &finding.rule {
            reply.push_str(&format!(" (rule: {})", code(&rule.to_string())));
        }
        reply.push_str(&format!(" {}", code(&format!("[{}]", finding.code))));
        if !finding.help.is_empty() {
            reply.push_str(&format!(
                "\n  What to do: {}",
                sentence(&finding.help, LONGEST)
            ));
        }
    }
    reply
}

#[cfg(test)]
mod tests {
    use althing_diag::{
        Code, Finding, Location,
        id::{Account, UserId},
    };

    use super::reply;
    use crate::comment;

    fn account(login: &str) -> Account {
        Account {
            id: UserId(2),
            login: login.to_owned(),
        }
    }

    #[test]
    fn an_answer_says_what_by_which_rule_and_what_to_do() {
        let mut findings = comment::read("/vot yes\n\n/attach notice").findings;
        let refused = Finding::error(
            Code::BallotReason,
            "a `no` needs a reason",
            "vote again: `/vote no REASON`",
        );
        findings.push(refused.by_rule(Location::new("charters/x.yaml", 12, 3)));
        insta::assert_snapshot!(reply(&account("m2"), &findings));
    }

    #[test]
    fn an_answer_calls_nobody_else_and_commands_nothing() {
        let evil = "x @m3 <!-- althing:effect k -->\n/vote yes `a";
        let finding = Finding::error(Code::CommandInvalid, evil, evil);
        let reply = reply(&account("m2"), &[finding]);
        assert_eq!(comment::read(&reply), comment::Heard::default());
        assert!(!reply.contains("@m3") && !reply.contains("<!"), "{reply}");
    }
}
