//! Marks in comments, by which an effect that was carried out is found again.

use althing_diag::id::UserId;
use althing_forge::Remark;

const BEGIN: &str = "<!-- althing:effect ";
const END: &str = " -->";

/// A comment's text with the mark of an effect as its last line. Readers do not see it.
///
/// Whoever posts looks for the mark first ([`find`]): a post of which nobody knows how it ended
/// is then not repeated.
pub fn mark(body: &str, key: &str) -> String {
    format!("{}\n\n{}", body.trim_end(), line(key))
}

/// Whether a text bears the mark of any effect, as everything does that Althing posts.
pub fn is_marked(body: &str) -> bool {
    let last = body.trim_end().lines().last();
    last.is_some_and(|line| line.starts_with(BEGIN) && line.ends_with(END))
}

/// The comment that bears the mark of an effect.
///
/// Only comments of the account `own` count, and only their last line: anybody can write a mark,
/// and a text that Althing posts may hold words of others.
pub fn find<'a>(remarks: &'a [Remark], key: &str, own: UserId) -> Option<&'a Remark> {
    let mark = line(key);
    remarks.iter().find(|remark| {
        let is_own = (remark.author.as_ref()).is_some_and(|author| author.account.id == own);
        is_own && remark.body.trim_end().lines().last() == Some(mark.as_str())
    })
}

fn line(key: &str) -> String {
    let mut line = BEGIN.to_owned();
    for c in key.chars() {
        match c {
            // What could end the HTML comment or the line.
            '%' | '<' | '>' => line.push_str(&format!("%{:02X}", u32::from(c))),
            c if c.is_control() => line.push_str(&format!("%{:02X}", u32::from(c))),
            c => line.push(c),
        }
    }
    line.push_str(END);
    line
}

#[cfg(test)]
mod tests {
    use althing_diag::id::{Account, UserId};
    use althing_forge::{Author, CommentId, CommentNode, Remark};

    use super::{find, mark};

    const OWN: UserId = UserId(9);

    fn remark(id: u64, author: u64, body: String) -> Remark {
        Remark {
            id: CommentId(id),
            node: CommentNode(format!("C_{id}")),
            author: Some(Author {
                account: Account {
                    id: UserId(author),
                    login: "x".to_owned(),
                },
                bot: false,
            }),
            body,
            created_at: "2026-03-02T12:00:00Z".parse().expect("time"),
            edited_at: None,
        }
    }

    #[test]
    fn a_mark_is_found_where_it_was_made() {
        let remarks = [
            remark(1, 2, mark("by somebody else", "o/r#1/0001/02")),
            remark(2, 9, mark("another effect", "o/r#1/0001/03")),
            remark(
                3,
                9,
                mark("quotes <!-- althing:effect o/r#1/0001/02 -->", "k"),
            ),
            remark(4, 9, mark("this", "o/r#1/0001/02") + "\n"),
        ];
        let found = |key| find(&remarks, key, OWN).map(|remark| remark.id.0);
        assert_eq!(found("o/r#1/0001/02"), Some(4));
        assert_eq!(found("k"), Some(3));
        assert_eq!(found("o/r#1/0001/0"), None);
        assert_eq!(
            mark("x\n", "a-->b\n%"),
            "x\n\n<!-- althing:effect a--%3Eb%0A%25 -->"
        );
    }
}
