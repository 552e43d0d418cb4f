//! Content codings: which one a reader takes (RFC 9110 §12.5.3), and how bodies are coded.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{self, HeaderMap};

/// How hard brotli tries, of 11: about as fast as gzip, and a tenth smaller.
const BROTLI: i32 = 5;

/// How hard zstd tries, of 22.
const ZSTD: i32 = 6;

/// A coding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
}

impl Coding {
    /// In the order of their numbers.
    pub const IN_ORDER: [Self; 4] = [Self::Identity, Self::Gzip, Self::Brotli, Self::Zstd];

    /// In the order in which they are preferred, the last first.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Gzip, Self::Zstd, Self::Brotli];

    /// Its name in Content-Encoding; none for the bytes as they are.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// What it adds to a document's tag.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gz",
            Self::Brotli => "-br",
            Self::Zstd => "-zst",
        }
    }

    /// A body in this coding.
    pub fn encode(self, body: &[u8]) -> Vec<u8> {
        let room = body.len() / 3;
        match self {
            Self::Identity => body.to_vec(),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(room), Compression::default());
                encoder.write_all(body).and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
            }
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams { quality: BROTLI, size_hint: body.len(), ..Default::default() };
                let mut coded = Vec::with_capacity(room);
                brotli::BrotliCompress(&mut &*body, &mut coded, &parameters).expect("writing to memory cannot fail");
                coded
            }
            Self::Zstd => zstd::encode_all(body, ZSTD).expect("writing to memory cannot fail"),
        }
    }

    /// The one that a reader likes best; of equals the smallest. Whoever says nothing gets the bytes as they are.
    pub fn wanted(headers: &HeaderMap) -> Self {
        let mut weights = [None; Self::ALL.len()];
        let mut others = None;
        for value in headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
            for (coding, weight) in weighed(value) {
                match coding.to_ascii_lowercase().as_str() {
                    "gzip" | "x-gzip" => weights[Self::Gzip as usize] = Some(weight),
                    "br" => weights[Self::Brotli as usize] = Some(weight),
                    "zstd" => weights[Self::Zstd as usize] = Some(weight),
                    "identity" => weights[Self::Identity as usize] = Some(weight),
                    "*" => others = Some(weight),
                    _ => {}
                }
            }
        }
        let weight = |coding: Self| match (coding, weights[coding as usize].or(others)) {
            // Acceptable even where it is not named, but no reader's wish.
            (Self::Identity, None) => f32::MIN_POSITIVE,
            (_, weight) => weight.unwrap_or(0.0),
        };
        let best =
            Self::ALL.into_iter().filter(|coding| weight(*coding) > 0.0).max_by(|one, other| weight(*one).total_cmp(&weight(*other)));
        // Who refuses everything gets what can be read by all.
        best.unwrap_or(Self::Identity)
    }
}

/// The items of a list such as `gzip;q=0.5, br`, each with its weight (RFC 9110 §12.4.2).
pub(super) fn weighed(list: &str) -> impl Iterator<Item = (&str, f32)> {
    list.split(',').map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        (name, weight.map_or(1.0, |weight| weight.parse::<f32>().ok().filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or(0.0)))
    })
}
