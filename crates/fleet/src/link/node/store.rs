//! Every SQL statement about nodes.

use kernel::db::{Tx, params};
use kernel::error::Result;
use kernel::time::Timestamp;

use super::Node;

/// More nodes than this are not asked for.
const NODES_MOST: i64 = 200;

pub(super) fn beat(tx: &mut Tx<'_>, node: &Node, links: usize, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO fleet_node (node, address, links, started_at, seen_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (node) DO UPDATE SET address = excluded.address, links = excluded.links, seen_at = excluded.seen_at",
        params![&node.node, &node.address, links, now],
    )?;
    Ok(())
}

pub(in crate::link) fn alive(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<Node>> {
    tx.query(
        "SELECT node, address FROM fleet_node WHERE seen_at >= $1 ORDER BY node LIMIT $2",
        params![since, NODES_MOST],
        |row| {
            Ok(Node {
                node: row.get("node")?,
                address: row.get("address")?,
            })
        },
    )
}

pub(super) fn dead(tx: &mut Tx<'_>, before: Timestamp) -> Result<Vec<String>> {
    tx.query(
        "SELECT node FROM fleet_node WHERE seen_at < $1 ORDER BY node LIMIT $2",
        params![before, NODES_MOST],
        |row| row.get("node"),
    )
}

pub(super) fn remove(tx: &mut Tx<'_>, node: &str) -> Result<()> {
    tx.execute("DELETE FROM fleet_node WHERE node = $1", params![node])?;
    Ok(())
}
