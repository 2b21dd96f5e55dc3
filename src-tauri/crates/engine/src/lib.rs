//! Use cases without a window: connections, inventory, tasks, prompts.
#![forbid(unsafe_code)]
