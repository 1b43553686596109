//! Charter and member files parsed and validated into rules that can be applied. Pure.
