//! Publications -> bytes: Atom, and the page that lists the views. No I/O.

mod atom;
mod page;
mod shown;
mod versions;

pub use atom::{ATOM_TYPE, atom};
pub use page::{FRONT_PAGE_POLICY, Listed, front_page};
