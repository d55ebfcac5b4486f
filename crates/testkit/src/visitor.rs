//! An HTTP client of the real server: over a socket, with a cookie jar or a bearer token.
//!
//! It follows no redirects, because a redirect is what tells that a form was taken.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, redirect};
use serde_json::Value;

use crate::server_process::Address;

/// Longer than a request may take in the server.
const TIME: Duration = Duration::from_secs(70);

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// `Content-Type`, `""` when there is none.
    pub media_type: String,
    /// `Location`, `""` when there is none.
    pub location: String,
    /// Its body.
    pub text: String,
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

/// Why there is no answer. That says nothing about whether the request was carried out.
pub type NoAnswer = reqwest::Error;

/// A client. Clones share the cookie jar.
#[derive(Clone, Debug)]
pub struct Visitor {
    client: Client,
    address: Address,
    token: Option<String>,
}

impl Visitor {
    /// Somebody with an empty cookie jar.
    pub fn new(address: Address) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .no_proxy();
        Self {
            client: client.build().unwrap(),
            address,
            token: None,
        }
    }

    /// A program with a token.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address.now())
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Reply, NoAnswer> {
        let response = self.signed(request).timeout(TIME).send().await?;
        let header = |name: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        Ok(Reply {
            status: response.status().as_u16(),
            media_type: header("content-type"),
            location: header("location"),
            text: response.text().await?,
        })
    }

    /// Opens a page or reads from the API.
    pub async fn get(&self, path: &str) -> Result<Reply, NoAnswer> {
        self.send(self.client.get(self.url(path))).await
    }

    /// Calls the API.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Reply, NoAnswer> {
        self.send(self.client.post(self.url(path)).json(body)).await
    }

    /// Calls the API with an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Result<Reply, NoAnswer> {
        self.send(
            self.client
                .post(self.url(path))
                .header("idempotency-key", key)
                .json(body),
        )
        .await
    }

    /// Calls a door that proves who calls by headers of its own.
    pub async fn post_signed(
        &self,
        path: &str,
        headers: &[(&str, String)],
        body: String,
    ) -> Result<Reply, NoAnswer> {
        let request = self.client.post(self.url(path)).body(body);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value));
        self.send(request).await
    }

    /// Opens a page, then sends a form with the token that the page held, as a browser does.
    pub async fn submit(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Result<Reply, NoAnswer> {
        let shown = self.get(page).await?;
        let token = csrf_of(&shown.text).unwrap_or_default();
        let mut all = vec![("csrf", token)];
        all.extend_from_slice(fields);
        self.send(self.client.post(self.url(path)).form(&all)).await
    }

    /// Signs in with a password.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn sign_in(&self, email: &str, password: &str) {
        let fields = [("email", email), ("password", password)];
        let answer = self.submit("/sign-in", "/sign-in", &fields).await.unwrap();
        assert_eq!(answer.status, 303, "signing in was refused: {}", answer.text);
    }

    /// Listens to the live stream; the answer's body has no end.
    pub async fn listen(&self, path: &str) -> Result<reqwest::Response, NoAnswer> {
        self.signed(self.client.get(self.url(path))).send().await
    }
}

fn csrf_of(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("name=\"csrf-token\" content=\"")?;
    rest.split_once('"').map(|(token, _)| token)
}
