//! Readers for the inventories of other agents: the JSON of the GLPI agent, and the XML of FusionInventory and OCS.
//!
//! Pure: bytes in, a [`Message`] out, whose inventories become reports in the words of our own agent. Nothing is fetched, nothing
//! grows without bound, and nothing here answers an agent or knows a database.

mod identity;
mod json;
mod legacy;
mod mapping;
mod message;
mod unpack;
mod xml;

pub use message::{Form, Inventory, Kind, Message, What, read};
pub use unpack::UNPACKED_MOST;

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Nothing was sent.
    Empty,
    /// More than any inventory holds, packed or not.
    TooLarge,
    /// It begins as a packed body and is none.
    Packing,
    /// XML that is not well formed.
    Xml,
    /// XML with a document type, or with entities of one.
    DocumentType,
    /// JSON that is not well formed.
    Json,
    /// Neither an XML request nor a JSON object.
    Neither,
    /// It should hold an inventory, and holds none.
    NoInventory,
}

impl Broken {
    /// What to say to whoever sent it: agents write it to their logs.
    pub fn words(self) -> &'static str {
        match self {
            Self::Empty => "the request is empty",
            Self::TooLarge => "the inventory is too large",
            Self::Packing => "the request cannot be unpacked: send zlib, gzip, or plain text",
            Self::Xml => "the XML is not well formed",
            Self::DocumentType => "the XML holds a document type or an unknown entity, which is not taken",
            Self::Json => "the JSON is not well formed",
            Self::Neither => "the request is neither XML nor JSON of an inventory agent",
            Self::NoInventory => "the request holds no inventory",
        }
    }
}
