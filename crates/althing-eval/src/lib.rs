//! Accuracy of a model against a reference on the CPU.
