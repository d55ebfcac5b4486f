//! Lists of this moment that need no network: services, disks, volumes, updates; and acting on one service.

use std::time::Duration;

use protocol::message::Outcome;
use protocol::verb::ServiceAction;
use serde_json::json;
use tokio::process::Command;

use super::failure::{Answer, Failure, done};
use super::streaming::{self, Ended, Keep};
use crate::executing::{Surroundings, Teller};
use crate::inventory::{self, Service, program};

/// How long a service may take to start or stop.
const SERVICE_MOST: Duration = Duration::from_secs(120);

/// The services.
pub fn services(here: &Surroundings) -> Answer {
    let place = super::place(here);
    let rows: Vec<serde_json::Value> = inventory::services_list(&place)
        .iter()
        .take(2_000)
        .map(described)
        .collect();
    done(json!({ "services": rows, "systemd": inventory::has_systemd(&place) }))
}

fn described(service: &Service) -> serde_json::Value {
    json!({
        "name": service.name,
        "description": service.description,
        "running": service.running,
        "state": service.state,
        "start": service.start,
        "failed": service.has_failed(),
    })
}

/// Starts, stops, or restarts a service that is there, and says how it stands afterwards.
pub async fn service(name: &str, action: ServiceAction, teller: &Teller, here: &Surroundings) -> Answer {
    if !here.is_real() {
        return Err(Failure::new(
            "not_here",
            "services are only steered on the device itself",
        ));
    }
    let wanted = name.strip_suffix(".service").unwrap_or(name);
    let known = find_service(here, wanted).await?;
    let known = known.ok_or_else(|| Failure::new("not_found", format!("there is no service {wanted}")))?;
    if action != ServiceAction::Start
        && ["mainstay-agent", "dbus", "systemd-journald"].contains(&known.name.as_str())
    {
        return Err(Failure::new(
            "protected",
            format!("{wanted} carries this link and is not stopped over it"),
        ));
    }
    let word = match action {
        ServiceAction::Start => "start",
        ServiceAction::Stop => "stop",
        ServiceAction::Restart => "restart",
    };
    let ended = run_detached(steering(wanted, word, here)?, teller).await?;
    let after = find_service(here, wanted).await?;
    let summary = json!({
        "name": wanted,
        "action": word,
        "before": described(&known),
        "after": after.as_ref().map(described),
    });
    Ok(match ended {
        Ended::Cancelled => Outcome::Cancelled,
        Ended::TooSlow => Failure::new("timeout", format!("{word} of {wanted} took too long")).into(),
        Ended::Exited(status) => Outcome::Done {
            code: status.code(),
            summary,
            hash: None,
        },
    })
}

async fn find_service(here: &Surroundings, name: &str) -> Result<Option<Service>, Failure> {
    let (place, name) = (super::place(here), name.to_owned());
    super::blocking(move || {
        let services = inventory::services_list(&place);
        services.into_iter().find(|service| service.name == name)
    })
    .await
}

/// The program that steers this service. The name is one that was found, so it names nothing else.
fn steering(name: &str, word: &str, here: &Surroundings) -> Result<Command, Failure> {
    let mut command = if inventory::has_systemd(&super::place(here)) {
        let path = program::find("systemctl")
            .ok_or_else(|| Failure::new("not_installed", "systemctl is not installed"))?;
        let mut command = Command::new(path);
        command
            .args(["--no-pager", "--no-ask-password", word, "--"])
            .arg(format!("{name}.service"));
        command
    } else {
        let mut command = Command::new(here.path("/etc/init.d").join(name));
        command.arg(word);
        command
    };
    command
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .current_dir("/");
    Ok(command)
}

/// A script of `/etc/init.d` starts the service as its own child, which must live on when the act is over.
async fn run_detached(command: Command, teller: &Teller) -> Result<Ended, Failure> {
    let ended = streaming::run_and_leave(command, teller, Keep::All, SERVICE_MOST).await;
    ended.map_err(|error| Failure::io("the service manager", &error))
}

/// Disks with their health of this moment, and volumes with their room.
pub fn disks(here: &Surroundings) -> Answer {
    let place = super::place(here);
    let disks: Vec<serde_json::Value> = inventory::disks_list(&place)
        .iter()
        .take(100)
        .map(|disk| {
            let health = inventory::disk_health(&place, disk);
            json!({
                "name": disk.name,
                "model": disk.model,
                "serial": disk.serial,
                "kind": disk.kind,
                "bytes": disk.bytes,
                "removable": disk.removable,
                "passed": health.as_ref().and_then(|health| health.passed),
                "celsius": health.as_ref().and_then(|health| health.celsius),
                "hours": health.as_ref().and_then(|health| health.hours),
                "life_used_percent": health.as_ref().and_then(|health| health.used_percent),
                "bad_sectors": health.as_ref().and_then(|health| health.bad),
                "pending_sectors": health.as_ref().and_then(|health| health.pending),
            })
        })
        .collect();
    let volumes: Vec<serde_json::Value> = inventory::mounted(&place)
        .iter()
        .map(|volume| {
            json!({
                "path": volume.path,
                "source": volume.source,
                "format": volume.format,
                "read_only": volume.read_only,
                "bytes": volume.room.map(|room| room.total),
                "free_bytes": volume.room.map(|room| room.free),
                "used_percent": volume.room.map(|room| room.used_percent()),
                "files_used_percent": volume.room.map(|room| room.files_used_percent()),
            })
        })
        .collect();
    done(json!({ "disks": disks, "volumes": volumes }))
}

/// The updates that the lists on the machine know of.
pub fn updates(here: &Surroundings) -> Answer {
    let items = inventory::updates(&super::place(here));
    let security = items
        .iter()
        .filter(|item| item.values.get("security") == Some(&true.into()))
        .count();
    let rows: Vec<serde_json::Value> = items.iter().take(2_000).map(|item| json!(item.values)).collect();
    done(json!({ "updates": rows, "count": items.len(), "security": security }))
}
