//! What a transition does beside moving the subject.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{AttributeName, ChannelName, LifecycleName, Period, RoleRef};

/// A text with placeholders `{attribute}`, `{subject}`, `{title}`, `{opener}`, `{state}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Template(pub String);

/// What a transition declares to be done. Placeholders are filled when it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Give a role to a person.
    Grant {
        /// The role.
        role: Template,
        /// The attribute that names the person, or `{opener}`.
        to: Template,
    },
    /// Take a role from a person.
    Revoke {
        /// The role; without scope, every scope in which it is held.
        role: Template,
        /// The attribute that names the person, or `{opener}`.
        from: Template,
    },
    /// Something outside the record.
    Act(OutsideEffect<Template>),
}

/// Something that is done outside the record, after it is recorded that it is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutsideEffect<T> {
    /// Change the labels of the issue or pull request.
    Label {
        /// Labels to add.
        add: Vec<T>,
        /// Labels to remove.
        remove: Vec<T>,
    },
    /// Set the status of the issue on the board.
    Status(T),
    /// Post a comment.
    Comment(T),
    /// Close the issue or pull request that the subject comes from.
    CloseSource,
    /// Open it again.
    ReopenSource,
    /// Merge the pull request that the subject comes from, if the gate lets it pass.
    MergeSource,
    /// Open another subject.
    Open {
        /// Of this lifecycle.
        lifecycle: LifecycleName,
        /// With this title.
        title: T,
        /// With these attributes.
        set: BTreeMap<AttributeName, T>,
    },
    /// Tell people.
    Notify {
        /// Where.
        channel: ChannelName,
        /// What.
        text: T,
    },
    /// Propose a change of a field of a file.
    Set {
        /// Path of the file.
        file: T,
        /// The field.
        field: T,
        /// Its new value.
        value: T,
    },
    /// Comment later, unless the subject has moved on.
    Remind {
        /// How much later.
        after: Period,
        /// What.
        text: T,
    },
    /// Propose the change of the members file that a role change needs.
    PublishRole {
        /// Login of the person.
        login: T,
        /// The role.
        role: RoleRef,
        /// Whether it is given, not taken.
        granted: bool,
    },
}

/// An effect as it is to be done: placeholders filled, with a key by which the dispatcher knows
/// whether it was done already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedEffect {
    /// The key.
    pub key: EffectKey,
    /// What is to be done.
    pub effect: OutsideEffect<String>,
}

/// Names an effect once and for all: subject, number of the transition in its life, place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EffectKey(pub String);

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
