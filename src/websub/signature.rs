//! Whether a push comes from the hub: its HMAC under the secret that only the hub knows (§7).

use std::fmt;

use ring::hmac;

/// Longest signature header that is looked at, in bytes: a name, `=`, and the 128 letters of SHA-512.
const MAX_HEADER: usize = 256;

/// Why a push is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// It has no signature.
    Missing,
    /// It is signed by a method that can be forged, or that nobody knows.
    Method,
    /// The signature is another one.
    Wrong,
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "it has no signature",
            Self::Method => "it is signed by another method than sha256, sha384 or sha512",
            Self::Wrong => "its signature is wrong",
        })
    }
}

/// Checks the value of `X-Hub-Signature`, `method=hex` (§7.1), against a body, in a time that tells nothing of how much of it is right. SHA-1 is
/// refused.
///
/// # Errors
/// Why the push is not believed.
pub fn check(secret: &str, header: Option<&str>, body: &[u8]) -> Result<(), Distrust> {
    let header = header.map(str::trim).filter(|header| !header.is_empty()).ok_or(Distrust::Missing)?;
    let (method, hex) = header.split_once('=').filter(|_| header.len() <= MAX_HEADER).ok_or(Distrust::Wrong)?;
    let algorithm = match method.trim().to_ascii_lowercase().as_str() {
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => return Err(Distrust::Method),
    };
    let said = bytes(hex.trim()).ok_or(Distrust::Wrong)?;
    hmac::verify(&hmac::Key::new(algorithm, secret.as_bytes()), body, &said).map_err(|_| Distrust::Wrong)
}

/// The bytes that hexadecimal digits stand for, whatever their case.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
