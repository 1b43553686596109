//! The program as users meet it: its answers, its refusals, its exit codes.

mod cli {
    pub(crate) mod book;
    pub(crate) mod check;
    pub(crate) mod decide;
    pub(crate) mod demo;
    pub(crate) mod discover;
    pub(crate) mod dry_run;
    pub(crate) mod effects;
    pub(crate) mod eval;
    pub(crate) mod gate;
    pub(crate) mod init;
    pub(crate) mod input;
    pub(crate) mod kill;
    pub(crate) mod ledger;
    pub(crate) mod members;
    pub(crate) mod output;
    pub(crate) mod report;
    pub(crate) mod report_forge;
    pub(crate) mod room;
    pub(crate) mod rules;
    pub(crate) mod run;
    pub(crate) mod scenarios;
    pub(crate) mod settings;
    pub(crate) mod setup;
    pub(crate) mod tools;
    pub(crate) mod town;
}
