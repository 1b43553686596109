//! The hub's API, as far as Althing asks it by itself: what a model is, whether its files may be
//! had, which models are popular. Weights are downloaded by the hub's own client.
//!
//! The token travels in one header, to the hub alone: a redirect to another host does not get it.

pub(crate) mod model;

use std::{fs, sync::Arc, thread, time::Duration};

use tokio::sync::oneshot;
use tracing::warn;
use ureq::{
    Agent, Proxy,
    config::RedirectAuthHeaders,
    http::{HeaderMap, Response},
    tls::{Certificate, RootCerts, TlsConfig},
};

use crate::{
    Secret,
    again::{BETWEEN_TRIES, TRIES},
    child_env::Vars,
};

/// Where the hub is when `HF_ENDPOINT` says nothing.
const ENDPOINT: &str = "https://huggingface.co";
/// Longest time of one request.
const LIMIT: Duration = Duration::from_secs(30);
/// Longest pause that the hub may ask for; if it wants more, the request has failed.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The largest answer that is read, in bytes.
const LARGEST: u64 = 32 << 20;

/// The hub, asked as its client would ask it that sees the same variables.
#[derive(Clone)]
pub(crate) struct Hub {
    endpoint: String,
    token: Option<Secret>,
    agent: Agent,
}

/// What the hub answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Why it refuses, as a word: `X-Error-Code`.
    pub(crate) code: Option<String>,
    /// Why it refuses, for people: `X-Error-Message`.
    pub(crate) message: Option<String>,
    /// The next page of a list.
    pub(crate) next: Option<String>,
    /// When to ask again, in seconds from now.
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: String,
}

/// There is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the hub cannot be reached: {url}: {why}")]
pub(crate) struct NoAnswer {
    pub(crate) url: String,
    why: String,
}

/// How a request is made.
#[derive(Clone, Copy, Debug)]
enum How {
    /// Following redirects.
    Get,
    /// Only whether it would be answered.
    Head,
}

impl Hub {
    /// Reads `HF_ENDPOINT`, `HF_TOKEN` or the file at `HF_TOKEN_PATH`, and the usual variables
    /// for proxies.
    pub(crate) fn new(vars: &Vars) -> Self {
        let text = |name: &str| vars.get(name).filter(|value| !value.is_empty());
        let endpoint = text("HF_ENDPOINT").map_or(ENDPOINT, String::as_str);
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        let stored = || {
            let token = fs::read_to_string(text("HF_TOKEN_PATH")?).ok()?;
            Some(token.trim().to_owned()).filter(|token| !token.is_empty())
        };
        let token = text("HF_TOKEN").cloned().or_else(stored);
        let proxy = proxy_for(&endpoint, vars).and_then(|proxy| Proxy::new(&proxy).ok());
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(3)
            .redirect_auth_headers(RedirectAuthHeaders::SameHost)
            .timeout_global(Some(LIMIT))
            .user_agent(concat!("althing/", env!("CARGO_PKG_VERSION")))
            .proxy(proxy)
            .tls_config(tls(&endpoint));
        Self {
            agent: config.build().new_agent(),
            endpoint,
            token: token.map(Secret::new),
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Whether there is a token to show.
    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Asks for `path`, which begins with a slash, or for the page that an answer named. Asks
    /// again when that may help.
    pub(crate) async fn get(&self, path: &str) -> Result<Answer, NoAnswer> {
        self.ask(How::Get, path).await
    }

    /// The same for a file, of which only the way is asked.
    pub(crate) async fn head(&self, path: &str) -> Result<Answer, NoAnswer> {
        self.ask(How::Head, path).await
    }

    async fn ask(&self, how: How, path: &str) -> Result<Answer, NoAnswer> {
        // What the hub itself named must not lead the token elsewhere.
        let path = path.strip_prefix(&self.endpoint).unwrap_or(path);
        let url = format!("{}{path}", self.endpoint);
        let mut tries = 1;
        loop {
            let answer = self.once(how, url.clone()).await;
            let pause = match &answer {
                Ok(answer) => answer.pause(),
                Err(_) => Some(BETWEEN_TRIES),
            };
            match pause {
                Some(pause) if tries < TRIES && pause <= LONGEST_PAUSE => {
                    let status = answer.as_ref().map(|answer| answer.status);
                    warn!(%url, ?status, "asking the hub again");
                    tokio::time::sleep(pause).await;
                }
                _ => return answer,
            }
            tries += 1;
        }
    }

    /// A thread of its own, which nobody has to wait for when this is no longer wanted.
    async fn once(&self, how: How, url: String) -> Result<Answer, NoAnswer> {
        let (tell, told) = oneshot::channel();
        let (hub, asked) = (self.clone(), url.clone());
        let started = thread::Builder::new().spawn(move || {
            let _ = tell.send(hub.request(how, &asked));
        });
        let lost = |why: String| NoAnswer {
            url: url.clone(),
            why,
        };
        started.map_err(|error| lost(error.to_string()))?;
        let answer = told.await.map_err(|_| lost("no answer".to_owned()))?;
        answer.map_err(|error| lost(error.to_string()))
    }

    fn request(&self, how: How, url: &str) -> Result<Answer, ureq::Error> {
        let mut request = match how {
            How::Get => self.agent.get(url),
            How::Head => {
                let head = self.agent.head(url).config();
                head.max_redirects(0)
                    .max_redirects_will_error(false)
                    .build()
            }
        };
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {}", token.expose()));
        }
        let mut response = request.call()?;
        let body = response.body_mut().with_config().limit(LARGEST);
        let body = body.read_to_string()?;
        Ok(Answer::read(&response, body))
    }
}

impl Answer {
    fn read<T>(response: &Response<T>, body: String) -> Self {
        let headers = response.headers();
        Self {
            status: response.status().as_u16(),
            code: text(headers, "X-Error-Code"),
            message: text(headers, "X-Error-Message"),
            next: text(headers, "Link").as_deref().and_then(next_page),
            retry_after: text(headers, "Retry-After").and_then(|text| text.parse().ok()),
            body,
        }
    }

    /// How long to wait before asking again; `None` when that would not help.
    fn pause(&self) -> Option<Duration> {
        let asked = self.retry_after.map(Duration::from_secs);
        match self.status {
            429 | 500..=599 => Some(asked.unwrap_or(BETWEEN_TRIES).max(BETWEEN_TRIES)),
            _ => None,
        }
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The address in `<…>; rel="next"`.
fn next_page(link: &str) -> Option<String> {
    let mut links = link.split(',');
    let next = links.find(|part| part.contains("rel=\"next\""))?;
    let (_, rest) = next.split_once('<')?;
    rest.split_once('>').map(|(url, _)| url.to_owned())
}

/// Trusts whom this machine trusts.
fn tls(endpoint: &str) -> TlsConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = Vec::new();
    if endpoint.starts_with("https:") {
        let trusted = rustls_native_certs::load_native_certs();
        for error in &trusted.errors {
            warn!(%error, "a certificate of this machine cannot be read");
        }
        let certs = trusted.certs.iter();
        roots = certs
            .map(|cert| Certificate::from_der(cert).to_owned())
            .collect();
    }
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::from(roots))
        .build()
}

/// The proxy that the variables name for this endpoint.
fn proxy_for(endpoint: &str, vars: &Vars) -> Option<String> {
    let text = |names: [&str; 2]| {
        let mut values = names.into_iter().filter_map(|name| vars.get(name));
        values.find(|value| !value.is_empty()).cloned()
    };
    let (scheme, rest) = endpoint.split_once("://")?;
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let direct = text(["no_proxy", "NO_PROXY"]).unwrap_or_default();
    let is_direct = direct.split(',').map(str::trim).any(|entry| {
        let name = entry.trim_start_matches(['*', '.']);
        entry == "*" || (!name.is_empty() && (host == name || host.ends_with(&format!(".{name}"))))
    });
    if is_direct {
        return None;
    }
    match scheme {
        "https" => text(["https_proxy", "HTTPS_PROXY"]),
        _ => text(["http_proxy", "HTTP_PROXY"]),
    }
    .or_else(|| text(["all_proxy", "ALL_PROXY"]))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;

    use super::{Answer, next_page, proxy_for};

    #[rstest]
    #[case("https://hub.example", "", Some("http://secure"))]
    #[case("http://hub.example", "", Some("http://plain"))]
    #[case("https://hub.example", "other.example,.hub.example", None)]
    #[case("https://api.hub.example/x", "hub.example", None)]
    #[case("https://github.example", "hub.example", Some("http://secure"))]
    #[case("http://127.0.0.1:80", "localhost,127.0.0.1", None)]
    #[case("http://127.0.0.1:80", "*", None)]
    fn a_proxy_is_used_unless_the_host_is_reached_directly(
        #[case] endpoint: &str,
        #[case] direct: &str,
        #[case] proxy: Option<&str>,
    ) {
        let vars = [
            ("https_proxy", "http://secure"),
            ("HTTP_PROXY", "http://plain"),
            ("NO_PROXY", direct),
        ];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(proxy_for(endpoint, &vars.into()).as_deref(), proxy);
    }

    #[test]
    fn the_next_page_is_the_one_that_is_called_so() {
        let link = "<https://h/api?cursor=a%3D>; rel=\"next\"";
        assert_eq!(
            next_page(link).as_deref(),
            Some("https://h/api?cursor=a%3D")
        );
        assert_eq!(next_page("<https://h/api>; rel=\"prev\""), None);
    }

    #[rstest]
    #[case(200, None, None)]
    #[case(404, None, None)]
    #[case(429, Some(7), Some(7))]
    #[case(429, None, Some(2))]
    #[case(503, Some(0), Some(2))]
    fn only_what_may_pass_is_asked_again(
        #[case] status: u16,
        #[case] retry_after: Option<u64>,
        #[case] seconds: Option<u64>,
    ) {
        let answer = Answer {
            status,
            retry_after,
            ..Answer::default()
        };
        assert_eq!(answer.pause(), seconds.map(Duration::from_secs));
    }
}
