//! A copy that is only looked at: nothing goes out of it.

use automate::webhook;

use super::Trouble;
use crate::house::House;

/// Switches off whatever writes to others: mailboxes, webhooks, chat channels, and trackers. What waits for them is given up
/// when its turn comes.
pub(super) async fn silence(house: &House) -> Result<(), Trouble> {
    let cx = house.kernel.cx_command();
    let switched = house.kernel.db.write(move |tx| {
        for mailbox in mail::mailbox::list(tx)? {
            if mailbox.enabled {
                mail::mailbox::disable(tx, &cx, mailbox.id)?;
            }
        }
        for webhook in webhook::keeping::list(tx, &cx)? {
            if webhook.definition.enabled {
                let off = webhook::Definition {
                    enabled: false,
                    ..webhook.definition
                };
                webhook::keeping::change(tx, &cx, webhook.id, &off, None)?;
            }
        }
        for channel in im::channel::keeping::list(tx, &cx)? {
            if channel.enabled {
                im::channel::keeping::switch_off(tx, &cx, channel.id)?;
            }
        }
        for tracker in handover::tracker::keeping::list(tx, &cx)? {
            if tracker.definition.enabled {
                let off = handover::tracker::Definition {
                    enabled: false,
                    ..tracker.definition
                };
                handover::tracker::keeping::change(tx, &cx, tracker.id, &off, None)?;
            }
        }
        Ok(())
    });
    Ok(switched.await?)
}
