//! The answer as `gh api --include` prints it: status line, headers, empty line, body.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// An HTTP response.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    /// By lower-case name.
    headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Response {
    /// Takes apart what `gh` printed; `None` when there was no answer.
    pub(super) fn parse(stdout: &[u8]) -> Option<Self> {
        let mut rest = stdout;
        let status_line = take_line(&mut rest)?;
        let mut words = status_line.split(' ');
        if !words.next()?.starts_with("HTTP/") {
            return None;
        }
        let status = words.next()?.parse().ok()?;

        let mut headers = BTreeMap::new();
        loop {
            let line = take_line(&mut rest)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':')?;
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
        Some(Self {
            status,
            headers,
            body: rest.to_vec(),
        })
    }

    /// The value of the header with this lower-case name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// When it was given, by the clock of the server; a server without one counts as having ours.
    pub(super) fn date(&self) -> Timestamp {
        let said = self.header("date").and_then(|date| {
            jiff::fmt::rfc2822::DateTimeParser::new()
                .parse_timestamp(date)
                .ok()
        });
        said.unwrap_or_else(Timestamp::now)
    }

    /// Whether the status says that it went well.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Cuts the first line off `rest`, without its end.
fn take_line<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(rest.get(..end)?).ok()?;
    *rest = rest.get(end + 1..)?;
    Some(line.trim_end_matches('\r'))
}

#[cfg(test)]
mod tests {
    use super::Response;

    #[test]
    fn status_headers_and_body_are_told_apart() {
        let printed = b"HTTP/2.0 403 Forbidden\nRetry-After: 60\r\nX-Note: a: b\r\n\r\n{\n\n}";
        let response = Response::parse(printed).expect("an answer");
        assert_eq!(response.status, 403);
        assert!(!response.is_success());
        assert_eq!(response.header("retry-after"), Some("60"));
        assert_eq!(response.header("x-note"), Some("a: b"));
        assert_eq!(response.body, b"{\n\n}");
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for printed in [
            "",
            "{}",
            "HTTP/2.0 200 OK\n",
            "HTTP/2.0 x\n\r\n",
            "gh: oops\n\n",
        ] {
            assert!(Response::parse(printed.as_bytes()).is_none(), "{printed:?}");
        }
    }
}
