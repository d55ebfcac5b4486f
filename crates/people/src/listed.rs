//! The shape of lists in the JSON interface.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T: ToSchema> {
    /// The lines.
    pub items: Vec<T>,
    /// Where the next page begins; missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

impl<T: ToSchema> Listed<T> {
    /// A list that is whole.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, cursor: None }
    }
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// Where the page before said that the next one begins.
    #[serde(default)]
    pub cursor: String,
    /// At most so many lines, 50 unless told, 200 at most.
    pub limit: Option<i64>,
}

impl Asked {
    /// The number of lines, within bounds.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(50).clamp(1, 200)
    }
}
