//! Who acts, with which rights, in which language, at what time.
//!
//! Every operation is told by a [`Cx`]; nothing takes the clock, randomness, or identity from behind its back.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::Rng as _;

use crate::error::{Error, Result};
use crate::i18n::Locale;
use crate::id::{Id, TeamId, UserId};
use crate::time::{Clock, Timestamp};

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// What the person made or takes part in.
    Own,
    /// What belongs to the person's teams.
    Team,
    /// Everything.
    All,
}

impl Scope {
    /// The word in the database and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        }
    }

    /// Reads [`Scope::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "own" => Some(Self::Own),
            "team" => Some(Self::Team),
            "all" => Some(Self::All),
            _ => None,
        }
    }
}

/// A right that a slice knows, as data: the permission screen and the matrix are made from these.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// `desk.ticket.read`
    pub name: &'static str,
    /// The scopes that make sense for it.
    pub scopes: &'static [Scope],
    /// Which built-in roles have it, and how far: `("technician", Scope::All)`. The roles are `requester`,
    /// `technician`, `engineer`, `manager`, `admin`, and `auditor`; an administrator can make others.
    pub granted: &'static [(&'static str, Scope)],
}

/// How the identity was proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A browser session.
    Session {
        /// The session's identifier (not its secret).
        session: String,
        /// Whether the second factor or the password was given lately.
        elevated: bool,
    },
    /// An API token.
    Token {
        /// The token's identifier (not its secret).
        token: String,
    },
}

/// A known person and what they may do.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The person.
    pub user: UserId,
    /// The name on screen.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// The teams they belong to.
    pub teams: Vec<TeamId>,
    /// What else they belong to, as `role:engineer` or `organisation:North`: for what is shown to some and not to others.
    /// It gives no right to act; [`Identity::grants`] does.
    pub groups: Vec<String>,
    /// Permission to scope; for tokens already narrowed to the token's scopes.
    pub grants: BTreeMap<String, Scope>,
    /// How they proved who they are.
    pub credential: Credential,
}

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody known.
    Anonymous,
    /// The house itself, named by its job: `desk.sla_sweep`.
    System(&'static str),
    /// A person.
    User(Arc<Identity>),
}

impl Actor {
    /// `user:ID`, `system:NAME`, `anonymous`: as the event log keeps it.
    pub fn key(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::System(name) => format!("system:{name}"),
            Self::User(identity) => format!("user:{}", identity.user),
        }
    }
}

/// By which way the act came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// The technicians' pages.
    Page,
    /// The employees' portal.
    Portal,
    /// The JSON interface.
    Api,
    /// A mail that arrived.
    Mail,
    /// The command line.
    Command,
    /// A background job.
    Job,
    /// A rule that somebody made.
    Rule,
}

impl Via {
    /// The word in the event log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Portal => "portal",
            Self::Api => "api",
            Self::Mail => "mail",
            Self::Command => "command",
            Self::Job => "job",
            Self::Rule => "rule",
        }
    }
}

/// The context of one act. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cx {
    /// Who.
    pub actor: Actor,
    /// By which way.
    pub via: Via,
    /// The reader's language.
    pub locale: Locale,
    /// The reader's time zone (IANA name).
    pub time_zone: Arc<str>,
    /// Identifier of the request, for logs and the event log.
    pub request: Arc<str>,
    /// The only clock.
    pub clock: Clock,
}

impl Cx {
    /// The house itself acts, named by what it does.
    pub fn system(clock: Clock, name: &'static str) -> Self {
        Self {
            actor: Actor::System(name),
            via: Via::Job,
            locale: Locale::En,
            time_zone: Arc::from("UTC"),
            request: Arc::from(name),
            clock,
        }
    }

    /// The same context, acting as a person (mail that arrived, a signed link).
    #[must_use]
    pub fn acting_as(&self, identity: Identity, via: Via) -> Self {
        Self {
            actor: Actor::User(Arc::new(identity)),
            via,
            ..self.clone()
        }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A fresh identifier.
    pub fn new_id<T>(&self) -> Id<T> {
        let millis = u64::try_from(self.now().millis()).unwrap_or(0);
        Id::from_parts(millis, &self.random_bytes::<10>())
    }

    /// Random bytes fit for secrets.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        rand::rng().fill_bytes(&mut bytes);
        bytes
    }

    /// The identity, when a person acts.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.actor {
            Actor::User(identity) => Some(identity),
            Actor::System(_) | Actor::Anonymous => None,
        }
    }

    /// The person, when one acts.
    pub fn user_id(&self) -> Option<UserId> {
        self.identity().map(|identity| identity.user)
    }

    /// The teams of the person.
    pub fn team_ids(&self) -> &[TeamId] {
        self.identity().map_or(&[], |identity| &identity.teams)
    }

    /// What else the person belongs to (`role:engineer`).
    pub fn groups(&self) -> &[String] {
        self.identity().map_or(&[], |identity| &identity.groups)
    }

    /// How far the actor's right of this name reaches; `None` without it. The house itself may do everything.
    pub fn may(&self, permission: &str) -> Option<Scope> {
        match &self.actor {
            Actor::Anonymous => None,
            Actor::System(_) => Some(Scope::All),
            Actor::User(identity) => identity.grants.get(permission).copied(),
        }
    }

    /// Like [`Cx::may`], but an error without the right: 401 for nobody, 403 for somebody.
    pub fn require(&self, permission: &str) -> Result<Scope> {
        self.may(permission).ok_or_else(|| match self.actor {
            Actor::Anonymous => Error::unauthenticated(),
            Actor::System(_) | Actor::User(_) => Error::forbidden().arg("permission", permission),
        })
    }
}
