//! Scenarios: rules as tests. A community writes what happens and what must come of it; the
//! engine runs it against a charter, without a forge and in no time.

mod expect;
mod people;
mod raw;
mod run;
mod step;

pub use expect::{Difference, Expected};
pub use raw::scenario_schema;
pub use run::{ScenarioReport, StepReport, Summary};
pub use step::Scenario;
