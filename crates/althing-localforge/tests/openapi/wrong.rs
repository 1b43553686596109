//! Wrong input is refused: never a panic, never "server error".

use althing_localforge::rest::{ROUTES, Route};
use serde_json::{Value, json};

use crate::{
    document::{Operation, body_members},
    world::{MARA, OTTO, World},
};

/// Texts for a path segment or a query that name nothing here.
const HOSTILE: &[&str] = &[
    "%00",
    "..",
    "..%2F..%2Fforge.db",
    "--help",
    "--output=x",
    "a%0Ab",
    "%FF",
    "@%7B-1%7D",
    "%3A(glob)*",
    "99999999999999999999",
    "-1",
    "%20",
    "heads%2F..",
    "heads%2Fx.lock",
    "--help...--all",
    "%22",
];

/// Words of queries that lists understand.
const PARAMETERS: &[&str] = &[
    "page",
    "per_page",
    "state",
    "labels",
    "assignee",
    "since",
    "sort",
    "direction",
    "ref",
    "sha",
    "path",
    "q",
    "head",
    "base",
    "content",
    "check_name",
    "status",
    "recursive",
];

fn routes(methods: &[&str]) -> Vec<&'static Route> {
    ROUTES
        .iter()
        .copied()
        .flatten()
        .filter(|route| methods.contains(&route.method))
        .collect()
}

/// The path with its parameters filled in, `last` being the last one.
fn filled(path: &str, last: Option<&str>) -> String {
    let mut segments: Vec<&str> = path
        .split('/')
        .map(|segment| match segment {
            "{owner}" => "mara",
            "{repo}" => "models",
            "{org}" => "lab",
            "{team_slug}" => "kernels",
            "{username}" | "{assignee}" => "rune",
            "{sha}" | "{*ref}" | "{*branch}" | "{*tree_sha}" => "main",
            "{*path}" => "README.md",
            other if other.starts_with('{') => "1",
            other => other,
        })
        .collect();
    let place = path
        .split('/')
        .rev()
        .position(|segment| segment.starts_with('{'));
    if let (Some(last), Some(place)) = (last, place) {
        let place = segments.len() - 1 - place;
        segments[place] = last;
    }
    segments.join("/")
}

/// Sends what may be wrong; the answer must be an answer.
async fn survives(world: &World, who: &str, method: &str, path: &str, body: &str) -> u16 {
    let (status, headers, answer) = world.raw(who, method, path, "*/*", body.to_owned()).await;
    // Beyond the limit every answer is a refusal, which would show nothing.
    assert_ne!(headers["x-ratelimit-remaining"], "0");
    let text = String::from_utf8_lossy(&answer);
    assert!(status < 500, "{method} {path} {body}: {status} {text}");
    if status >= 400 {
        let answer: Value = serde_json::from_slice(&answer)
            .unwrap_or_else(|_| panic!("{method} {path} {body}: {status} {text}"));
        assert!(answer["message"].is_string(), "{method} {path}: {text}");
    }
    status
}

#[tokio::test]
async fn hostile_names_are_refused() {
    let world = World::new().await;
    for route in routes(&["GET"]) {
        for hostile in HOSTILE {
            survives(&world, OTTO, "GET", &filled(route.path, Some(hostile)), "").await;
        }
    }
    for method in ["PATCH", "DELETE"] {
        for hostile in HOSTILE {
            let path = format!("/repos/mara/models/git/refs/heads/{hostile}");
            let body = json!({ "sha": "0".repeat(40) });
            let (status, _, answer) = world
                .raw(MARA, method, &path, "*/*", body.to_string())
                .await;
            let text = String::from_utf8_lossy(&answer);
            assert!(
                (400..500).contains(&status),
                "{method} {path}: {status} {text}"
            );
        }
    }
}

#[tokio::test]
async fn wrong_queries_are_refused() {
    let world = World::new().await;
    for route in routes(&["GET"]) {
        for parameter in PARAMETERS {
            for value in ["", "--help", "99999999999999999999"] {
                let path = format!("{}?{parameter}={value}", filled(route.path, None));
                survives(&world, OTTO, "GET", &path, "").await;
            }
        }
    }
}

#[tokio::test]
async fn wrong_bodies_are_refused() {
    let mut world = World::new().await;
    // Number 1 is an issue to some routes and a pull request to others.
    let pull = json!({ "title": "One", "head": "feature/one", "base": "main" });
    world.post(MARA, "/repos/mara/models/pulls", pull).await;
    for route in routes(&["POST", "PUT", "PATCH"]) {
        let path = filled(route.path, None);
        for body in ["{", "[]", "1", "\"text\"", "\u{0}"] {
            let status = survives(&world, MARA, route.method, &path, body).await;
            assert_eq!(status, 400, "{} {path} {body}", route.method);
        }
        let operation = Operation {
            method: route.method.to_owned(),
            template: route.operations().remove(0),
        };
        for member in body_members(&operation) {
            for wrong in [json!({ "": [] }), json!([[]]), json!(-1), json!("\u{0}")] {
                let body = json!({ member.clone(): wrong }).to_string();
                survives(&world, MARA, route.method, &path, &body).await;
            }
        }
    }
}

#[test]
fn the_last_parameter_takes_the_hostile_name() {
    assert_eq!(
        filled("/repos/{owner}/{repo}/git/ref/{*ref}", Some("x")),
        "/repos/mara/models/git/ref/x"
    );
    assert_eq!(
        filled("/repos/{owner}/{repo}/contents", Some("x")),
        "/repos/mara/x/contents"
    );
    assert_eq!(filled("/user", Some("x")), "/user");
}
