//! A scripted server of OpenAI's Responses API on loopback: what codex talks to when no model may
//! be asked. It says what it is told to say, one answer a request, and keeps what it was asked.
//!
//! The stream's events have the shapes of OpenAI's published types (`openai` on PyPI, module
//! `openai.types.responses`); `tests/responses.rs` has that package read every one of them.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};

use crate::loopback::{Loopback, Port};

/// What the model answers to one request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It wants this shell command to be run; codex asks again with the output.
    Shell(String),
    /// It says this, and the turn is over.
    Say(String),
    /// It says nothing, and the turn is over.
    Nothing,
    /// The account's usage limit is reached until then, in seconds since 1970.
    UsageLimit(i64),
    /// Any refusal: status and body.
    Refusal(u16, Value),
    /// The connection breaks in mid-stream.
    Cut,
    /// Nothing comes, ever.
    Hang,
}

/// The server; it ends with this value.
pub struct ResponsesServer {
    address: SocketAddr,
    script: Arc<Script>,
    _server: Loopback,
}

#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<Value>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ResponsesServer {
    /// Starts it with these answers; when they are used up, every further one is
    /// [`Answer::Nothing`].
    ///
    /// # Panics
    /// When no port can be had.
    pub fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Arc::new(Script {
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
        });
        let port = Port::take();
        let address = port.address;
        let app = Router::new()
            .route("/v1/responses", post(answer))
            .with_state(script.clone());
        let server = port.serve(app);
        Self {
            address,
            script,
            _server: server,
        }
    }

    /// The settings (`config.toml`) that make codex ask this server, and give up at once where it
    /// would try again by itself.
    pub fn codex_settings(&self) -> String {
        format!(
            "model = \"scripted\"\n\
             model_provider = \"scripted\"\n\
             [model_providers.scripted]\n\
             name = \"scripted\"\n\
             base_url = \"http://{}/v1\"\n\
             wire_api = \"responses\"\n\
             env_key = \"CODEX_API_KEY\"\n\
             request_max_retries = 0\n\
             stream_max_retries = 0\n",
            self.address
        )
    }

    /// The bodies of all requests so far.
    pub fn asked(&self) -> Vec<Value> {
        lock(&self.script.asked).clone()
    }
}

async fn answer(State(script): State<Arc<Script>>, body: String) -> Response {
    let number = {
        let mut asked = lock(&script.asked);
        asked.push(serde_json::from_str(&body).unwrap_or(Value::String(body)));
        asked.len()
    };
    let next = lock(&script.answers).pop_front();
    match next.unwrap_or(Answer::Nothing) {
        Answer::UsageLimit(resets_at) => {
            let error = json!({
                "type": "usage_limit_reached",
                "message": "The usage limit has been reached",
                "plan_type": "pro",
                "resets_at": resets_at,
            });
            refusal(429, &json!({ "error": error }))
        }
        Answer::Refusal(status, body) => refusal(status, &body),
        Answer::Hang => std::future::pending().await,
        Answer::Cut => {
            let begun = stream_text(
                stream(number, &Answer::Nothing)
                    .get(..1)
                    .unwrap_or_default(),
            );
            // More is announced than comes.
            let length = begun.len() + 1000;
            ([(header::CONTENT_LENGTH, length)], event_stream(begun)).into_response()
        }
        spoken @ (Answer::Shell(_) | Answer::Say(_) | Answer::Nothing) => {
            event_stream(stream_text(&stream(number, &spoken)))
        }
    }
}

/// The events of the stream that gives an answer; none for those that are no stream.
pub fn stream(number: usize, answer: &Answer) -> Vec<Value> {
    match answer {
        Answer::Shell(command) => events(
            number,
            Some(json!({
                "type": "function_call",
                "id": format!("fc_{number}"),
                "call_id": format!("call_{number}"),
                "name": "exec_command",
                "arguments": json!({ "cmd": command }).to_string(),
                "status": "completed",
            })),
        ),
        Answer::Say(text) => events(
            number,
            Some(json!({
                "type": "message",
                "id": format!("msg_{number}"),
                "role": "assistant",
                "status": "completed",
                "content": [{ "type": "output_text", "text": text, "annotations": [] }],
            })),
        ),
        Answer::Nothing => events(number, None),
        Answer::UsageLimit(_) | Answer::Refusal(..) | Answer::Cut | Answer::Hang => Vec::new(),
    }
}

/// The events of an answer with one item, or none.
fn events(number: usize, item: Option<Value>) -> Vec<Value> {
    let response = |status: &str, output: Vec<Value>| {
        json!({
            "id": format!("resp_{number}"),
            "object": "response",
            "created_at": 0,
            "model": "scripted",
            "status": status,
            "output": output,
            "parallel_tool_calls": false,
            "tool_choice": "auto",
            "tools": [],
        })
    };
    let mut events = vec![json!({
        "type": "response.created",
        "sequence_number": 0,
        "response": response("in_progress", Vec::new()),
    })];
    if let Some(item) = &item {
        events.push(json!({
            "type": "response.output_item.done",
            "sequence_number": 1,
            "output_index": 0,
            "item": item,
        }));
    }
    let mut completed = response("completed", item.into_iter().collect());
    completed["usage"] = json!({
        "input_tokens": 100,
        "input_tokens_details": { "cached_tokens": 10, "cache_write_tokens": 0 },
        "output_tokens": 20,
        "output_tokens_details": { "reasoning_tokens": 5 },
        "total_tokens": 120,
    });
    events.push(json!({
        "type": "response.completed",
        "sequence_number": 2,
        "response": completed,
    }));
    events
}

/// Server-sent events, each with its type.
fn stream_text(events: &[Value]) -> String {
    let event = |event: &Value| {
        let name = event["type"].as_str().unwrap_or_default();
        format!("event: {name}\ndata: {event}\n\n")
    };
    events.iter().map(event).collect()
}

fn event_stream(text: String) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, Body::from(text)).into_response()
}

fn refusal(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, body.to_string()).into_response()
}
