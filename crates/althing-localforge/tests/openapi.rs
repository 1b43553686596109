//! Every REST answer is held against GitHub's published description.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "openapi/document.rs"]
mod document;
#[path = "openapi/document_test.rs"]
mod document_test;
#[path = "openapi/git.rs"]
mod git;
#[path = "openapi/issues.rs"]
mod issues;
#[path = "openapi/people.rs"]
mod people;
#[path = "openapi/pulls.rs"]
mod pulls;
#[path = "openapi/repos.rs"]
mod repos;
#[path = "openapi/world.rs"]
mod world;
#[path = "openapi/wrong.rs"]
mod wrong;

use std::collections::BTreeSet;

use althing_localforge::rest::ROUTES;
use document::Operation;
use world::World;

#[tokio::test]
async fn every_route_answers_as_documented() {
    let mut world = World::new().await;
    people::accounts(&mut world).await;
    people::strangers(&mut world).await;
    people::members_and_teams(&mut world).await;
    people::collaborators(&mut world).await;
    repos::repositories(&mut world).await;
    repos::labels(&mut world).await;
    issues::issues(&mut world).await;
    issues::labels_and_assignees(&mut world).await;
    issues::comments(&mut world).await;
    git::refs(&mut world).await;
    git::branches_and_commits(&mut world).await;
    git::contents(&mut world).await;
    git::objects(&mut world).await;
    git::statuses_and_check_runs(&mut world).await;
    let number = pulls::pulls(&mut world).await;
    pulls::reviews(&mut world, number).await;
    pulls::merges(&mut world, number).await;

    assert!(
        world.departures.is_empty(),
        "{}",
        world.departures.join("\n\n")
    );
    let served: BTreeSet<Operation> = ROUTES
        .iter()
        .copied()
        .flatten()
        .flat_map(|route| {
            route.operations().into_iter().map(|template| Operation {
                method: route.method.to_owned(),
                template,
            })
        })
        .collect();
    assert_eq!(world.answered, served, "every route was asked and judged");
}
