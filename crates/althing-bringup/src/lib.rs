//! The fleet: lease, workspace, agent, checks and the worker's loop over bring-up issues.
