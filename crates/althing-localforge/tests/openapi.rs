//! Every REST answer is held against GitHub's published description.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "openapi/document.rs"]
mod document;
#[path = "openapi/document_test.rs"]
mod document_test;
