//! The words of a device: what sort it is, how far it has come, and who told of it.

use kernel::error::{Error, Result};

macro_rules! words {
    ($(#[$note:meta])* $name:ident, $field:literal { $($(#[$one:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        $(#[$note])*
        pub enum $name { $($(#[$one])* $variant),+ }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the database, in JSON, and in addresses.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads [`Self::as_str`] back.
            #[must_use]
            pub fn known(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }

            /// Reads a word that somebody gave.
            ///
            /// # Errors
            /// `web.form.choice` on the field.
            pub fn parse(word: &str) -> Result<Self> {
                Self::known(word).ok_or_else(|| Error::invalid("web.form.choice").field($field))
            }

            /// Reads a word that we wrote.
            pub(crate) fn stored(word: &str) -> Result<Self> {
                Self::known(word).ok_or_else(|| Error::internal(format!("unknown {} {word:?}", $field)))
            }

            /// The key of its text.
            #[must_use]
            pub fn text_key(self) -> String {
                format!("fleet-{}-{}", $field, self.as_str())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words!(
    /// What sort of device it is.
    #[schema(as = DeviceKind)]
    Kind, "kind" {
        /// Somebody's computer.
        Computer => "computer",
        /// A computer that serves others.
        Server => "server",
        /// Switches, routers, access points.
        NetworkEquipment => "network_equipment",
        /// A printer.
        Printer => "printer",
        /// A phone or a tablet.
        Phone => "phone",
        /// Anything else.
        Other => "other",
    }
);

words!(
    /// How far it has come.
    #[schema(as = DeviceState)]
    State, "state" {
        /// Its agent has come forward and nobody has said yes.
        Pending => "pending",
        /// It may be acted on.
        Admitted => "admitted",
        /// It is out of use.
        Retired => "retired",
    }
);

words!(
    /// Who told of it.
    #[schema(as = DeviceSource)]
    Source, "source" {
        /// Our agent.
        Agent => "agent",
        /// A GLPI agent.
        Glpi => "glpi",
        /// A FusionInventory agent.
        FusionInventory => "fusion_inventory",
        /// Somebody entered it.
        Person => "person",
        /// A program that somebody started to be helped once; known by nothing of its hardware.
        Guest => "guest",
    }
);

impl Kind {
    /// Its icon in the sprite.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Computer => "laptop",
            Self::Server => "server",
            Self::Printer => "printer",
            Self::NetworkEquipment => "network",
            Self::Phone => "smartphone",
            Self::Other => "monitor",
        }
    }
}
