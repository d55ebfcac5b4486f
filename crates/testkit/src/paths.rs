//! Paths of the route table with something in place of their names.

/// A path with its names replaced by what plausibly stands there.
pub fn filled(path: &str, number: i64) -> String {
    let part = |part: &str| match part.trim_matches(['{', '}']) {
        name if name == part => part.to_owned(),
        "queue" => "mine".to_owned(),
        "kind" => "solution".to_owned(),
        "*name" => "app.css".to_owned(),
        "name" => "requester".to_owned(),
        "skill" => "network".to_owned(),
        _ => number.to_string(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
