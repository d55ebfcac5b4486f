//! Form fields into an input type, by serde.
//!
//! A struct gets every field it names: what the browser did not send is blank. Blank is `None`, `false`, an empty list,
//! or an empty text, and "missing" for whatever cannot be blank (numbers, enums, ids).

use std::collections::BTreeMap;
use std::fmt;

use kernel::error::{Error, Result};
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, Visitor,
};

pub(super) fn read<T: DeserializeOwned>(fields: &[(String, String)]) -> Result<T> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in fields {
        values.entry(name).or_default().push(value.trim());
    }
    T::deserialize(Form { values: &values }).map_err(|problem| {
        let error = Error::invalid(problem.code);
        match problem.field {
            Some(field) => error.field(field),
            None => error,
        }
    })
}

/// What is wrong, and with which field.
#[derive(Debug)]
struct Problem {
    field: Option<String>,
    code: &'static str,
}

impl Problem {
    fn new(code: &'static str) -> Self {
        Self { field: None, code }
    }

    fn of(mut self, field: &str) -> Self {
        self.field.get_or_insert_with(|| field.to_owned());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self::new("web.form.malformed")
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("web.form.missing").of(field)
    }

    fn unknown_variant(_variant: &str, _expected: &'static [&'static str]) -> Self {
        Self::new("web.form.choice")
    }
}

#[derive(Clone, Copy)]
struct Form<'a> {
    values: &'a BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'de> Deserializer<'de> for Form<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let names: Vec<&str> = self.values.keys().copied().collect();
        visitor.visit_map(Fields {
            form: self,
            names: names.into_iter(),
            current: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let names: Vec<&str> = fields.to_vec();
        visitor.visit_map(Fields {
            form: self,
            names: names.into_iter(),
            current: None,
        })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Fields<'a> {
    form: Form<'a>,
    names: std::vec::IntoIter<&'a str>,
    current: Option<&'a str>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        self.current = self.names.next();
        self.current
            .map(|name| seed.deserialize(StrDeserializer::new(name)))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let name = self.current.unwrap_or_default();
        let values = self.form.values.get(name).map_or(&[][..], Vec::as_slice);
        seed.deserialize(Texts { values })
            .map_err(|problem| problem.of(name))
    }
}

/// The values of one field.
#[derive(Clone, Copy)]
struct Texts<'a> {
    values: &'a [&'a str],
}

impl<'a> Texts<'a> {
    fn first(self) -> &'a str {
        self.values.first().copied().unwrap_or_default()
    }

    fn number<N: std::str::FromStr>(self) -> Result<N, Problem> {
        match self.first() {
            "" => Err(Problem::new("web.form.missing")),
            text => text.parse().map_err(|_| Problem::new("web.form.malformed")),
        }
    }
}

impl<'de> IntoDeserializer<'de, Problem> for Texts<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            visitor.$visit(self.number()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Texts<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.first())
    }

    numbers! {
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32, deserialize_u64 visit_u64,
        deserialize_f32 visit_f32, deserialize_f64 visit_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        // A hidden "false" may stand before the box, so the last value counts.
        let text = self.values.last().copied().unwrap_or_default();
        visitor.visit_bool(!matches!(text, "" | "false" | "0" | "off"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        if self.values.iter().all(|value| value.is_empty()) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let filled = self.values.iter().filter(|value| !value.is_empty());
        let each = filled.map(|value| Texts {
            values: std::slice::from_ref(value),
        });
        visitor.visit_seq(SeqDeserializer::new(each))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        if self.first().is_empty() {
            return Err(Problem::new("web.form.missing"));
        }
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Texts<'_> {
    type Error = Problem;
    type Variant = <StrDeserializer<'de, Problem> as EnumAccess<'de>>::Variant;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), Problem> {
        let name: StrDeserializer<'_, Problem> = self.first().into_deserializer();
        name.variant_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Impact {
        Person,
        Site,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Input {
        title: String,
        impact: Impact,
        team: Option<i64>,
        urgent: bool,
        tags: Vec<String>,
        count: u32,
    }

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn fields_become_the_input_of_an_operation() {
        let fields = form(&[
            ("title", " VPN "),
            ("impact", "site"),
            ("team", ""),
            ("urgent", "on"),
            ("tags", "a"),
            ("tags", "b"),
            ("count", "3"),
            ("unknown", "x"),
        ]);
        let input: Input = read(&fields).unwrap();
        let expected = Input {
            title: "VPN".to_owned(),
            impact: Impact::Site,
            team: None,
            urgent: true,
            tags: vec!["a".to_owned(), "b".to_owned()],
            count: 3,
        };
        assert_eq!(input, expected);
    }

    #[test]
    fn what_was_not_sent_is_blank() {
        let input: Input = read(&form(&[("impact", "person"), ("count", "1")])).unwrap();
        assert_eq!(
            (input.title.as_str(), input.urgent, input.tags.len()),
            ("", false, 0)
        );
    }

    #[test]
    fn an_unreadable_field_is_named() {
        let refused = |pairs: &[(&str, &str)]| {
            let error = read::<Input>(&form(pairs)).unwrap_err();
            (error.fields()[0].field.clone(), error.code().to_owned())
        };
        let missing = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        assert_eq!(
            refused(&[("impact", "planet"), ("count", "1")]),
            missing("impact", "web.form.choice")
        );
        assert_eq!(
            refused(&[("impact", "site"), ("count", "many")]),
            missing("count", "web.form.malformed")
        );
        assert_eq!(
            refused(&[("impact", "site")]),
            missing("count", "web.form.missing")
        );
    }
}
