//! One session for each connection: the way to Ready and back.
