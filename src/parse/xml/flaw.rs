//! What was wrong with a document and has been mended, for the admin to pass on to the publisher.

/// Why a document is not well-formed XML. Only the first of them is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::parse) enum Flaw {
    #[error("a `<` is no tag")]
    StrayBracket,
    #[error("an attribute's quote is never closed")]
    OpenQuote,
    #[error("a comment is never closed")]
    OpenComment,
    #[error("a CDATA section is never closed")]
    OpenLiteral,
    #[error("an element is never closed")]
    OpenElement,
    #[error("an end tag belongs to no element")]
    StrayEnd,
    #[error("a `&` begins no entity that is known")]
    Ampersand,
}
