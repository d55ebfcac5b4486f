//! Each desk's export with every field filled, compared with what a person wrote down of it.

use migrate::Desk;

use crate::house::{export, read};

fn assert_reads(desk: Desk, map: Option<&str>, wanted: &str) {
    let heard = read(desk, &export(desk), map);
    let refused: Vec<String> = heard
        .refused
        .iter()
        .map(|refusal| format!("{refusal:?}"))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let wanted: Vec<&str> = wanted
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    for (place, (found, wanted)) in heard.lines.iter().zip(&wanted).enumerate() {
        assert_eq!(found, wanted, "line {place}");
    }
    assert_eq!(heard.lines.len(), wanted.len(), "{:#?}", heard.lines);
}

#[test]
fn zammad_is_read_with_every_field() {
    assert_reads(
        Desk::Zammad,
        None,
        r#"
        person Nora Keller <nora.keller@example.com> | +49 30 5550101 | Example Works | Purchasing | House 3 Floor 2 | en-us
        person Emil Brandt <emil.brandt@example.com> staff |  | Example IT |  |  | zh-cn
        person Otto Alt <otto.alt@example.com> |  |  |  |  |
        ticket: 22050 (50) VPN drops every hour
        from: tickets-1.json 1
        body: html "<p>The VPN drops <b>every hour</b>.</p><script>alert(1)</script><img src=\"https://tracker.example/x.gif\">"
        files: [vpn.log text/plain 09:00 tunnel is down]
        requester: nora.keller@example.com
        owner: emil.brandt@example.com
        team: Network Team
        state: closed
        priority: 3 high
        type: Incident
        channel: email
        organisation: Example Works
        opened: 2026-01-12T09:00:00Z
        updated: 2026-01-13T15:00:00Z
        first response: 2026-01-12T09:20:00Z
        closed: 2026-01-13T15:00:00Z
        tags: vpn, Office Berlin
        field: affected_floor = Floor 2
        field: asset_tag = LT-0042
        field: note = keep an eye on it
        met: true
        said: 2026-01-12T09:20:00Z staff public emil.brandt@example.com "Which client do you use?"
        said: 2026-01-12T09:40:00Z staff internal emil.brandt@example.com html "<div>Router log says <i>rekey failed</i>.</div>" [screen.png image/png <screen@zammad.example.com> �PNG fictional]
        said: 2026-01-12T10:00:00Z requester public nora.keller@example.com "The blue one."
        said: 2026-01-13T14:30:00Z staff public emil.brandt@example.com "New firmware is on it."
        link: parent_of 52
        link: related 51
        time: 2026-01-12T09:41:00Z emil.brandt@example.com 45 On site
        ticket: 22051 (51) New monitor 显示器
        from: tickets-1.json 2
        body: "Please order a second monitor.\nThanks 谢谢"
        requester: nora.keller@example.com
        team: Users
        state: pending reminder
        priority: 2 normal
        type: Request for Change
        channel: phone
        opened: 2026-02-02T08:00:00Z
        updated: 2026-02-03T08:00:00Z
        link: related 50
        ticket: 22052 (52) VPN again
        from: tickets-2.json 1
        body: "It dropped again."
        requester: nora.keller@example.com
        owner: otto.alt@example.com
        team: Users
        state: merged
        priority: 1 low
        channel: web
        opened: 2026-01-12T10:30:00Z
        updated: 2026-01-12T11:00:00Z
        closed: 2026-01-12T11:00:00Z
        link: child_of 50
        "#,
    );
}

#[test]
fn glpi_is_read_with_every_field_and_in_its_time_zone() {
    assert_reads(
        Desk::Glpi,
        Some("time_zone = \"Asia/Shanghai\""),
        r#"
        person Nora Keller <nora.keller@example.com> | 555-0101 |  | Purchasing | House 3 > Floor 2 | en_GB
        person Emil Brandt <emil.brandt@example.com> staff | 555-0202 |  |  |  | zh_CN
        ticket: 7 (7) Printer & scanner jam
        from: Ticket.json 1
        body: html "<p>It jams on <b>tray 2</b>.</p>"
        files: [jam.txt text/plain jam at roller 2]
        requester: nora.keller@example.com
        owner: emil.brandt@example.com
        team: IT > Print Team
        state: 6
        priority: 4
        type: 1
        urgency: 4
        impact: 3
        channel: E-Mail
        category: Hardware > Printers
        opened: 2026-01-12T01:00:00Z
        updated: 2026-01-14T08:00:00Z
        first response: 2026-01-12T01:30:00Z
        solved: 2026-01-13T03:00:00Z
        closed: 2026-01-14T08:00:00Z
        field: location = House 3 > Floor 2
        field: externalid = ERP-99
        solution: html "<p>Rollers replaced.</p>"
        met: true
        said: 2026-01-12T01:30:00Z staff public emil.brandt@example.com html "<p>Which paper?</p>"
        said: 2026-01-12T02:00:00Z requester public nora.keller@example.com html "<p>80 g</p>"
        said: 2026-01-12T02:30:00Z staff internal emil.brandt@example.com html "<p>Rollers are old.</p>"
        said: 2026-01-12T04:00:00Z staff public emil.brandt@example.com html "<p>Cleaned.</p>"
        said: 2026-01-13T03:00:00Z staff public emil.brandt@example.com html "<p>Rollers replaced.</p>" [bill.pdf application/pdf %PDF fictional]
        said: 2026-01-13T02:00:00Z staff internal emil.brandt@example.com html "<p>On site</p>"
        time: 2026-01-13T02:00:00Z emil.brandt@example.com 90
        satisfaction: 4 Quick & kind
        ticket: 8 (8) Access to the share
        from: Ticket.json 2
        body: html "<p>Read only, please. 谢谢</p>"
        requester: guest.lee@example.com
        state: 4
        priority: 2
        type: 2
        urgency: 2
        impact: 1
        channel: Phone
        opened: 2026-01-15T00:00:00Z
        updated: 2026-01-15T01:00:00Z
        link: related 7
        ticket: 10 (10) Printer jams too
        from: Ticket.json 4
        body: html "<p>Same here.</p>"
        requester: nora.keller@example.com
        state: 5
        priority: 3
        type: 1
        urgency: 3
        impact: 2
        channel: Helpdesk
        category: Hardware
        opened: 2026-01-12T02:00:00Z
        updated: 2026-01-12T03:00:00Z
        solved: 2026-01-12T03:00:00Z
        met: false
        link: duplicate_of 7
        "#,
    );
}

#[test]
fn osticket_is_read_with_every_field_and_its_files_from_database_and_disk() {
    assert_reads(
        Desk::Osticket,
        None,
        r#"
        person Nora Keller <nora.keller@example.com> | 5550101X17 | Example Works |  |  |
        person Bo Lind <bo.lind@example.com> |  |  |  |  |
        person Emil Brandt <emil.brandt@example.com> staff | 555-0202 |  | Support |  | zh_CN
        ticket: 482913 (101) Mailbox is full
        from: ost_ticket.jsonl 1
        body: html "<p>I can not <b>send</b> any more.</p>"
        files: [error.png image/png �PNG fictional]
        requester: nora.keller@example.com
        owner: emil.brandt@example.com
        team: Mail Team
        state: Closed
        priority: high
        channel: Email
        category: E-Mail / Quota
        organisation: Example Works
        opened: 2026-01-12T09:00:00Z
        updated: 2026-01-13T15:00:00Z
        solved: 2026-01-13T15:00:00Z
        closed: 2026-01-13T15:00:00Z
        field: asset = PC-17
        field: department = Support
        met: true
        said: 2026-01-12T09:30:00Z staff public emil.brandt@example.com "Please empty the bin." [how-to.txt text/plain <KeY123> Empty bin.]
        said: 2026-01-12T09:40:00Z staff internal emil.brandt@example.com "Quota is 2 GB."
        said: 2026-01-13T08:00:00Z requester public nora.keller@example.com html "<p>Works now.</p>"
        ticket: 482914 (102) Headset 耳机
        from: ost_ticket.jsonl 2
        body: "The left ear is dead. 左耳没声音。"
        requester: bo.lind@example.com
        team: Purchasing Desk
        state: Waiting for Parts
        priority: normal
        channel: Phone
        opened: 2026-01-15T09:00:00Z
        updated: 2026-01-15T10:00:00Z
        link: child_of 101
        "#,
    );
}

#[test]
fn rt_is_read_with_every_field_over_its_pages() {
    assert_reads(
        Desk::Rt,
        None,
        r#"
        person Nora Keller <nora.keller@example.com> | 555-0101 | Example Works |  | House 3 Berlin | en
        person Emil Brandt <emil.brandt@example.com> staff | 555-0202 |  |  |  | zh_CN
        person otto <otto.alt@example.com> |  |  |  |  |
        ticket: 47 (47) Disk is full
        from: tickets/47.json 1
        body: html "<p>The disk of <b>db-1</b> is full.</p>"
        files: [df.txt text/plain 100% /]
        requester: nora.keller@example.com
        owner: emil.brandt@example.com
        team: Servers
        state: resolved
        priority: 100
        opened: 2026-01-12T09:00:00Z
        updated: 2026-01-13T15:00:00Z
        solved: 2026-01-13T15:00:00Z
        closed: 2026-01-13T15:00:00Z
        field: Host = db-1, db-2
        met: false
        said: 2026-01-12T09:20:00Z staff public emil.brandt@example.com "Which files may go?"
        said: 2026-01-12T09:30:00Z staff internal emil.brandt@example.com "Logs are never rotated."
        said: 2026-01-12T10:00:00Z requester public nora.keller@example.com "All of /tmp."
        link: parent_of 48
        link: related 49
        time: 2026-01-12T09:20:00Z emil.brandt@example.com 30
        ticket: 48 (48) Order a disk 硬盘
        from: tickets/48.json 1
        body: "A 4 TB disk, please."
        requester: nora.keller@example.com
        team: General
        state: stalled
        priority: Medium
        opened: 2026-01-12T10:00:00Z
        updated: 2026-01-12T12:00:00Z
        field: 10 = test
        link: child_of 47
        ticket: 49 (49) Disk?
        from: tickets/49.json 1
        body: ""
        requester: nora.keller@example.com
        team: General
        state: rejected
        priority: 0
        opened: 2026-01-12T10:30:00Z
        updated: 2026-01-12T11:00:00Z
        solved: 2026-01-12T11:00:00Z
        closed: 2026-01-12T11:00:00Z
        link: duplicate_of 47
        "#,
    );
}

#[test]
fn jira_is_read_with_every_field_and_nothing_internal_becomes_public() {
    assert_reads(
        Desk::Jira,
        None,
        r#"
        person Nora Keller <nora.keller@example.com> |  |  |  |  | en_US
        person Emil Brandt <emil.brandt@example.com> staff |  |  |  |  | zh_CN
        ticket: ITSM-12 (10042) VPN drops every hour
        from: issues-1.json 1
        body: "It drops every hour"
        files: [vpn.log text/plain 09:00 tunnel is down]
        requester: nora.keller@example.com
        owner: emil.brandt@example.com
        team: IT Support
        state: Resolved
        priority: High
        type: [System] Incident
        channel: portal
        category: Network
        opened: 2026-01-12T09:00:00Z
        updated: 2026-01-13T15:00:00Z
        first response: 2026-01-12T09:20:00Z
        solved: 2026-01-13T15:00:00Z
        tags: vpn, Berlin
        field: Affected floor = Floor 2
        field: Assets = LT-0042, LT-0043
        field: resolution = Fixed
        field: duedate = 2026-01-20
        field: request type = Report a system problem
        met: false
        said: 2026-01-12T09:20:00Z staff public emil.brandt@example.com "Which client?"
        said: 2026-01-12T09:40:00Z staff internal emil.brandt@example.com "Rekey failed." [screen.png image/png �PNG fictional]
        said: 2026-01-12T10:00:00Z requester public nora.keller@example.com "The blue one. 蓝色的"
        said: 2026-01-13T08:00:00Z staff internal emil.brandt@example.com "" [contract.txt text/plain secret]
        link: related 10044
        time: 2026-01-12T09:30:00Z emil.brandt@example.com 45 On site
        satisfaction: 5 Thank you
        ticket: ITSM-13 (10043) VPN again
        from: issues-1.json 2
        body: ""
        requester: lee.wong@example.com
        team: IT Support
        state: Parked
        priority: Lowest
        type: Sub-task
        opened: 2026-01-12T10:30:00Z
        updated: 2026-01-12T10:30:00Z
        link: duplicate_of 10042
        link: child_of 10042
        "#,
    );
}
