//! The search grammar.
