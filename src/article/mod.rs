//! Article page -> what it says.
//!
//! Pure: a page and `now` are passed in.

pub mod metadata;
