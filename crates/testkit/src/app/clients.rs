//! Clients of the router: a browser for each role, programs with tokens.

use people::sign_in::{self, Origin};
use web::testing::{ApiClient, Browser};

use super::{Person, TestApp};

impl TestApp {
    /// A browser that nobody has signed in to.
    pub fn anonymous(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// The browser of somebody who has just signed in.
    pub async fn browser_of(&self, person: &Person) -> Browser {
        let mut browser = self.anonymous();
        browser.sign_in_with_session(&self.session_of(person).await);
        browser
    }

    /// The session cookie of somebody who has just signed in.
    pub async fn session_of(&self, person: &Person) -> String {
        let (cx, id) = (self.cx(), person.id);
        self.write(move |tx| sign_in::begin(tx, &cx, id, &Origin::default(), false))
            .await
            .unwrap()
    }

    /// Li Na's browser.
    pub async fn requester(&self) -> Browser {
        self.browser_of(&self.cast.li_na).await
    }

    /// Amy's browser.
    pub async fn technician(&self) -> Browser {
        self.browser_of(&self.cast.amy).await
    }

    /// Cheng Li's browser.
    pub async fn engineer(&self) -> Browser {
        self.browser_of(&self.cast.cheng_li).await
    }

    /// Shen's browser.
    pub async fn manager(&self) -> Browser {
        self.browser_of(&self.cast.shen).await
    }

    /// Noor's browser.
    pub async fn admin(&self) -> Browser {
        self.browser_of(&self.cast.noor).await
    }

    /// Ottilie's browser.
    pub async fn auditor(&self) -> Browser {
        self.browser_of(&self.cast.ottilie).await
    }

    /// A program with a token of the administrator's, narrowed to some scopes.
    pub async fn token(&self, scopes: &[&str]) -> ApiClient {
        self.token_of(&self.cast.noor, scopes).await
    }

    /// A program with a token of somebody's.
    pub async fn token_of(&self, person: &Person, scopes: &[&str]) -> ApiClient {
        let secret = self.token_secret_of(person, scopes).await;
        ApiClient::new(self.router.clone(), Some(&secret))
    }

    /// The secret of a new token of somebody's.
    pub async fn token_secret_of(&self, person: &Person, scopes: &[&str]) -> String {
        let (cx, id) = (self.cx(), person.id);
        let scopes: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let made = self.write(move |tx| people::token::create(tx, &cx, id, "a test", &scopes, None));
        made.await.unwrap().1
    }
}
