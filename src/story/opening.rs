//! What a text says in front of another one's beginning: the news of a follow-up that tells the old report again below, or a sentence of
//! the outlet's own.

use super::token::Token;

/// Words of the other's beginning that are looked for.
const BEGINNING: usize = 8;

/// Fewest that tell where it stands.
const FEWEST: usize = 4;

/// Fewest words of a sentence.
const SHORTEST: usize = 2;

/// How far in a text another's beginning is looked for.
pub(super) const FAR: usize = 48;

/// Words of the text more than of the beginning, among which those are looked for: editors add some.
const ADDED: usize = 2;

/// How many words a text has in front of the beginning of another; 0 where it begins as that one does, or has it nowhere at the beginning
/// of a sentence.
pub(super) fn opening(text: &[Token], other: &[Token]) -> usize {
    let beginning = &other[..other.len().min(BEGINNING)];
    if beginning.len() < FEWEST {
        return 0;
    }
    let alike = |at: usize| {
        let here = &text[at..text.len().min(at + beginning.len() + ADDED)];
        beginning.iter().filter(|token| here.iter().any(|other| other.hash() == token.hash())).count()
    };
    let mut best = (alike(0), 0);
    for at in (SHORTEST..text.len().min(FAR)).filter(|at| text[*at].is_first()) {
        let found = alike(at);
        if found > best.0 && found * 4 >= beginning.len() * 3 {
            best = (found, at);
        }
    }
    best.1
}
