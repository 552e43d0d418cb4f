//! How a key of config.toml is declared, once, and read.
//!
//! `keys!` turns one declaration (doc, type, default, bounds, example) into a struct field, into the code that reads it, and
//! into a [`Key`] from which `docs/config.md`, the JSON Schema and the shipped config.toml are written. Nothing else
//! in the crate knows a default.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Map, json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::complaint::{Refusal, Report};
use super::values::{Value, wrong_type};

/// One key of one section, as declared.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    /// What it means, in Markdown.
    pub doc: &'static str,
    /// What a person is told to write: "a duration such as \"30s\"".
    pub kind: &'static str,
    /// The default as a TOML literal.
    pub default: Option<&'static str>,
    pub required: bool,
    /// Least and greatest value allowed, as TOML literals, both included.
    pub bounds: Option<(&'static str, &'static str)>,
    /// An example as a TOML literal.
    pub example: Option<&'static str>,
    /// The JSON Schema of the value, without bounds and doc.
    pub schema: fn() -> serde_json::Value,
}

/// The keys of one table of config.toml.
#[derive(Debug)]
pub struct Section {
    /// What the table is for, in Markdown.
    pub doc: &'static str,
    pub keys: &'static [Key],
}

impl Section {
    /// The declaration of `name`, which must be one of this section.
    pub(super) fn key(&'static self, name: &str) -> &'static Key {
        self.keys.iter().find(|key| key.name == name).expect("the macro only asks for keys that it declared")
    }
}

/// A struct of settings that `keys!` declared.
pub(super) trait Keys: Sized {
    const SECTION: &'static Section;

    /// Reads the section's keys from `table`. A key that is missing takes its value from `base`, else its default.
    /// None after a complaint.
    fn read_table(table: &mut TableReader<'_, '_>, base: Option<&Self>) -> Option<Self>;
}

/// The section without any key written.
pub(super) fn built_in<T: Keys>() -> Option<T> {
    let table = DeTable::new();
    T::read_table(&mut TableReader::new(&table, 0..0, &mut Report::default()), None)
}

/// A section is a value too: a table within a table.
impl<T: Keys> Value for T {
    const WHAT: &'static str = "a table";

    fn read(value: &DeValue<'_>) -> Result<Self, Refusal> {
        Err(wrong_type::<Self>(value))
    }
    fn read_at(value: &Spanned<DeValue<'_>>, key: &str, report: &mut Report) -> Option<Self> {
        let Some(table) = value.get_ref().as_table() else {
            report.refuse(
                value.span(),
                key,
                wrong_type::<Self>(value.get_ref())
                    .hint(format!("write a table: its keys below [source.{key}], or {{ {} = … }}", Self::SECTION.keys[0].name)),
            );
            return None;
        };
        let mut reader = TableReader::new(table, value.span(), report);
        let section = T::read_table(&mut reader, None);
        reader.finish();
        section
    }
    fn schema() -> serde_json::Value {
        section_schema(&[Self::SECTION])
    }
}

/// Declares a section: a struct, its [`Section`], and how it is read. A key without a default is required, unless its type
/// is an `Option`.
macro_rules! keys {
    (
        $(#[doc = $section_doc:literal])*
        pub struct $section:ident {
            $(
                $(#[doc = $doc:literal])*
                $name:ident : $type:ty $(= $default:expr)? $(, in $least:literal ..= $most:literal)? $(, example $example:tt)? ;
            )*
        }
    ) => {
        $(#[doc = $section_doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $section {
            $( $(#[doc = $doc])* pub $name: $type, )*
        }

        impl $crate::config::keys::Keys for $section {
            const SECTION: &'static $crate::config::keys::Section = &$crate::config::keys::Section {
                doc: concat!($($section_doc, "\n"),*),
                keys: &[$(
                    $crate::config::keys::Key {
                        name: stringify!($name),
                        doc: concat!($($doc, "\n"),*),
                        kind: <$type as $crate::config::values::Value>::WHAT,
                        default: keys!(@optional $(stringify!($default))?),
                        required: keys!(@required $($default)?) && !<$type as $crate::config::values::Value>::OPTIONAL,
                        bounds: keys!(@optional $((stringify!($least), stringify!($most)))?),
                        example: keys!(@optional $(stringify!($example))?),
                        schema: <$type as $crate::config::values::Value>::schema,
                    },
                )*],
            };

            fn read_table(table: &mut $crate::config::keys::TableReader<'_, '_>, base: Option<&Self>) -> Option<Self> {
                $(
                    let key = Self::SECTION.key(stringify!($name));
                    let $name = table.value::<$type>(key, base.map(|base| base.$name.clone()));
                    $(
                        let _ = stringify!($least);
                        let $name = $name.filter(|value| table.is_within(value, key));
                    )?
                )*
                Some(Self { $( $name: $name?, )* })
            }
        }
    };
    (@optional) => { None };
    (@optional $value:expr) => { Some($value) };
    (@required) => { true };
    (@required $default:expr) => { false };
}
pub(super) use keys;

/// Reads one TOML table key by key, and at the end complains of what nobody asked for.
pub(super) struct TableReader<'a, 'i> {
    table: &'a DeTable<'i>,
    /// Where the table's header or its first line stands.
    span: Range<usize>,
    known: BTreeSet<&'static str>,
    report: &'a mut Report,
}

impl<'a, 'i> TableReader<'a, 'i> {
    pub(super) fn new(table: &'a DeTable<'i>, span: Range<usize>, report: &'a mut Report) -> Self {
        Self { table, span, known: BTreeSet::new(), report }
    }

    /// The value of `key`, or of `base`, or its default. None after a complaint.
    pub(super) fn value<T: Value>(&mut self, key: &'static Key, base: Option<T>) -> Option<T> {
        self.known.insert(key.name);
        match self.table.get(key.name) {
            Some(value) => T::read_at(value, key.name, self.report),
            None => base.or_else(|| default(key)).or_else(|| {
                if key.required {
                    self.report.missing(self.span.clone(), key.name, key.example);
                }
                None
            }),
        }
    }

    /// Whether the value lies within the bounds of `key`; complains otherwise. What is not written there is right as it was declared.
    pub(super) fn is_within<T: Value + PartialOrd>(&mut self, value: &T, key: &'static Key) -> bool {
        let (Some((least, most)), Some(written)) = (key.bounds, self.table.get(key.name)) else { return true };
        if (literal::<T>(least)..=literal::<T>(most)).contains(value) {
            return true;
        }
        let message = format!("it must lie between {least} and {most}");
        self.report.refuse(written.span(), key.name, Refusal::new(message));
        false
    }

    /// Where the value of `name` stands, if it is there.
    pub(super) fn span_of(&self, name: &str) -> Range<usize> {
        self.table.get(name).map_or(self.span.clone(), |value| value.span())
    }

    /// Complains of every key that was not asked for.
    pub(super) fn finish(self) {
        for (key, _) in self.table.iter() {
            if !self.known.contains(key.get_ref().as_ref()) {
                self.report.unknown(key.span(), key.get_ref(), &self.known);
            }
        }
    }
}

fn default<T: Value>(key: &Key) -> Option<T> {
    match key.default {
        Some(default) => Some(literal(default)),
        None => T::absent(),
    }
}

/// The value of a literal that a declaration wrote.
fn literal<T: Value>(text: &str) -> T {
    let value = DeValue::parse(text).expect("declared literals are valid TOML");
    T::read(value.get_ref()).unwrap_or_else(|refusal| panic!("declared literal {text}: {}", refusal.message))
}

/// The JSON Schema of a table with the keys of these sections; the first one says what the table is for.
pub(super) fn section_schema(sections: &[&'static Section]) -> serde_json::Value {
    let keys = || sections.iter().flat_map(|section| section.keys);
    let properties: Map<String, serde_json::Value> = keys().map(|key| (key.name.to_owned(), key_schema(key))).collect();
    let required: Vec<&str> = keys().filter(|key| key.required).map(|key| key.name).collect();
    json!({
        "type": "object",
        "description": one_line(sections[0].doc),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn key_schema(key: &Key) -> serde_json::Value {
    let mut schema = (key.schema)();
    let fields = schema.as_object_mut().expect("every value's schema is an object");
    fields.insert("description".into(), one_line(key.doc).into());
    if let Some(default) = key.default {
        fields.insert("default".into(), json_literal(default));
    }
    // JSON Schema can bound numbers only; durations and sizes are texts to it.
    if let Some((least, most)) = key.bounds
        && fields["type"] == "integer"
    {
        fields.insert("minimum".into(), json_literal(least));
        fields.insert("maximum".into(), json_literal(most));
    }
    schema
}

/// A declared literal is of the part of TOML that is JSON as well.
fn json_literal(literal: &str) -> serde_json::Value {
    serde_json::from_str(literal).expect("declared literals are JSON too")
}

/// The text on one line: every run of white space is one space.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
