//! `althing subject next`.

use althing_charter::{Way, what_next};
use althing_diag::Exit;
use serde_json::json;

use super::{OneArgs, Outlook, find};
use crate::{
    failure::Failure,
    output::{BOLD, DIM, Output},
};

pub(super) async fn run(args: &OneArgs, output: &mut Output) -> Result<Exit, Failure> {
    let now = args.place.now();
    let (state, over, ways) = args
        .place
        .look(async |book, _, _| {
            let (subject, charter) = find(book, &args.id)?;
            let outlook = Outlook::of(book);
            let context = outlook.context(book, charter, now);
            let ways = context.map(|context| what_next(&context, subject));
            Ok((
                subject.state.clone(),
                subject.over,
                ways.unwrap_or_default(),
            ))
        })
        .await?;
    let answer = json!({ "subject": args.id, "state": state, "over": over, "ways": ways });
    output.answer(answer, || {
        let mut lines = vec![format!("{BOLD}{}{BOLD:#} is in `{state}`", args.id)];
        if over {
            lines.push("it is over: nothing changes any more".to_owned());
        }
        lines.extend(ways.iter().map(describe));
        lines.join("\n")
    });
    Ok(Exit::Ok)
}

fn describe(way: &Way) -> String {
    let mut text = format!("  to `{}` by {}", way.to, way.transition);
    for need in &way.needs {
        text.push_str(&format!("\n    needs {}", need.sentence()));
        text.push_str(&format!("  {DIM}{}{DIM:#}", need.rule));
    }
    if !way.who.is_empty() {
        text.push_str(&format!(
            "\n    whenever one of them does it: {}",
            way.who.join(", ")
        ));
    }
    text
}
