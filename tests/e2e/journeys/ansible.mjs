// A playbook from a ticket: three hosts in network namespaces of their own come into the inventory with their addresses, an engineer
// writes a script of the library that runs a playbook on them, a manager reviews it, and it is run on the control node for a ticket.
// What it prints comes to the page while it runs; a second run changes nothing; a host that is down ends it with a code.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { enrolmentDocument } from "../lib/agent.mjs";
import { HOME, sshKey, startControl, startGate, startHost, startNetwork } from "../lib/hosts.mjs";
import { freePort, PASSWORD, run, signIn } from "../lib/house.mjs";

export const title = "A reviewed playbook runs from a ticket against three hosts; its output streams, and a host that is down is told";
export const limit = 900_000;
export const server = "none";

const ADMIN = "admin@example.test";
const ENGINEER = "l2@example.test";
const MANAGER = "manager@example.test";
const HOSTS = ["web-1", "web-2", "web-3"];
const SCRIPT = "运行 Ansible 剧本";
const PARAMETERS = "playbook: choice welcome, reachable required\nlimit: text\nonly_look: switch";
const INVENTORY = "/etc/ansible/mainstay";
const WELCOME = `- name: Welcome whoever signs in
  hosts: place_lab
  gather_facts: false
  tasks:
    - name: The words
      ansible.builtin.copy:
        content: "{{ mainstay_name }} is looked after by the help desk\\n"
        dest: /etc/motd
        mode: "0644"
    - name: The service shows them
      ansible.builtin.lineinfile:
        path: /etc/ssh/sshd_config
        regexp: ^PrintMotd
        line: PrintMotd yes
    - name: The service can read its settings
      ansible.builtin.command: /usr/sbin/sshd -t
      changed_when: false
`;
const REACHABLE = "- hosts: place_lab\n  gather_facts: false\n  tasks:\n    - ansible.builtin.ping:\n";

/** A piece of the page that tells people how to do this: the journey goes by it. */
async function documented(after) {
  const page = await readFile(resolve(import.meta.dirname, "../../../docs/ansible.md"), "utf8");
  return page.slice(page.indexOf(after)).match(/```sh\n([\s\S]*?)```/)[1];
}

export default async function ({ open, step, check, shot, axe, press, until, startServer }) {
  const data = await mkdtemp("/dev/shm/mainstay-ansible-");
  const port = await freePort();
  const [listen, url] = [`127.0.0.1:${port}`, `http://127.0.0.1:${port}`];
  const command = (words, input = "") => run(["--data", data, ...words], input);
  const engineer = await open({ locale: "zh-CN" });
  const manager = await open({ locale: "en" });
  const hosts = [];
  const stops = [];
  let control;
  let number;

  const kept = async (starting) => {
    const started = await starting;
    stops.push(started.stop);
    return started;
  };
  const motd = () => Promise.all(hosts.map((host) => host.inside("cat", "/etc/motd").catch(() => "")));
  /** Runs the script by the pages, from the ticket to the page of the act. */
  const play = async (values, look = async () => {}) => {
    await engineer.goto(`${url}/tickets/${number}`);
    await engineer.locator(`#devices-${number} a[href="/devices/${control.device}/connect?ticket=${number}"]`).first().click();
    await engineer.locator("main a", { hasText: SCRIPT }).click();
    await engineer.selectOption("[name='parameter.playbook']", "welcome");
    for (const [name, value] of Object.entries(values)) {
      const field = engineer.locator(`[name="parameter.${name}"]`);
      await (value === true ? field.check() : field.fill(value));
    }
    await look();
    await Promise.all([engineer.waitForURL(/\/acts\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
  };
  const state = async () => (await (await engineer.request.get(`${url}/api/v1/devices/${control.device}/acts/${engineer.url().split("/").at(-1)}`)).json());
  /** Waits on the page until the act is over; gives its output and what came of it. */
  const ended = async () => {
    await until("the act is over", async () => !["held", "asked", "granted", "sent", "running"].includes((await state()).state), 120_000);
    await engineer.reload();
    check(await engineer.locator(".output").innerText()).includes("PLAY RECAP");
    return { act: await state(), output: await engineer.locator(".output").innerText() };
  };
  const recap = (output) => Object.fromEntries(output.slice(output.indexOf("PLAY RECAP")).split("\n").filter((line) => / : ok=/.test(line)).map((line) => {
    const [host, counts] = line.split(/\s+:\s+/);
    return [host, Object.fromEntries(counts.trim().split(/\s+/).map((pair) => pair.split("=")))];
  }));

  try {
    await step("a house, and a network with three hosts that come in through its proxy", async () => {
      const network = await kept(startNetwork());
      const gate = await kept(startGate(network.address, port));
      await command(["init", "--admin", ADMIN, "--password-stdin"], PASSWORD);
      for (const [address, name, role] of [[ENGINEER, "赵敏", "engineer"], [MANAGER, "Shen Yi", "manager"]]) {
        await command(["user", "add", address, "--name", name, "--role", role, "--password-stdin"], PASSWORD);
      }
      await startServer({ args: ["--data", data, "serve", "--listen", listen, "--base-url", url] });
      await until("the signer is there", () => existsSync(join(data, "signer/private.key")), 30_000);
      const admin = await open({ locale: "en" });
      await signIn(admin, url, ADMIN);
      const document = await enrolmentDocument(admin, url, [gate.address], async () => {}, HOSTS.length + 1, gate.authority);
      const key = await sshKey();
      for (const [at, hostname] of HOSTS.entries()) hosts.push(await kept(startHost({ network, number: at + 1, hostname, document, key })));
      control = await kept(startControl({
        hostname: "control", document, data,
        files: {
          // Without systemd the limit on memory counts addresses, and a program built for tests has many.
          [INVENTORY]: (await documented("## Set it up")).replace("env -i", "env -i MALLOC_ARENA_MAX=1"),
          "/etc/ansible/playbooks/welcome.yml": WELCOME,
          "/etc/ansible/playbooks/reachable.yml": REACHABLE,
          [`${HOME}/.ssh/id_ed25519`]: key.secret,
          [`${HOME}/.ssh/known_hosts`]: `${hosts.map((host) => host.known).join("\n")}\n`,
        },
      }));
      for (const host of hosts) {
        await admin.goto(`${url}/devices/${host.device}/edit`);
        await admin.fill("[name=location]", "Lab");
        await Promise.all([admin.waitForURL(/\/devices\/[0-9a-z]{26}$/), admin.locator("main form .button-primary").click()]);
      }
      await admin.context().close();
    });

    await step("Ansible sees them, in their groups and with their addresses", async () => {
      const graph = await control.inside("ansible-inventory", "-i", INVENTORY, "--graph");
      console.log(graph.trimEnd().replace(/^/gm, "        "));
      const lab = graph.slice(graph.indexOf("@place_lab")).split("\n").slice(1, 4).map((line) => line.replace(/[\s|-]*--/, ""));
      check(lab).is(HOSTS);
      for (const group of ["@mainstay:", "@online:", "@os_debian:"]) check(graph).includes(group);
      const { hostvars } = JSON.parse(await control.inside("ansible-inventory", "-i", INVENTORY, "--list"))._meta;
      check(hosts.map((host) => hostvars[host.hostname].ansible_host)).is(hosts.map((host) => host.address));
    });

    await step("an engineer writes a script that runs a playbook, and cannot run it before a manager has read it", async () => {
      await signIn(engineer, url, ENGINEER);
      await signIn(manager, url, MANAGER);
      await engineer.goto(`${url}/devices/scripts/new`);
      await engineer.fill("[name=name]", SCRIPT);
      await engineer.fill("[name=purpose]", "在控制节点上对清单中的主机运行一个剧本");
      await engineer.selectOption("[name=shell]", "sh");
      await engineer.fill("[name=body]", await documented("The script of the library"));
      await engineer.fill("[name=parameters]", PARAMETERS);
      await Promise.all([engineer.waitForURL(/\/devices\/scripts\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
      await shot(engineer, "script");
      await axe(engineer);
      const script = new URL(engineer.url()).pathname;
      await manager.goto(`${url}${script}`);
      await shot(manager, "review", { themes: ["light"] });
      await manager.locator(`form[action="${script}/review"] button`).click();
      await manager.waitForLoadState();
      check(await manager.locator("main .chip-info").count()).is(1, "one version may be run");
    });

    await step("the ticket names the control node", async () => {
      await engineer.goto(`${url}/tickets/new`);
      await engineer.fill("[name=requester]", MANAGER);
      await engineer.fill("[name=title]", "登录时要看到欢迎语");
      await engineer.fill("[name=body]", "三台网站服务器都要。");
      await Promise.all([engineer.waitForURL(/\/tickets\/\d+/), engineer.locator("form[action='/tickets'] [data-send]").click()]);
      number = new URL(engineer.url()).pathname.match(/\d+/)[0];
      await engineer.goto(`${url}/tickets/${number}`);
      const card = engineer.locator(`#devices-${number}`);
      await card.locator("details summary.small").click();
      await card.locator("[name=q]").fill("control");
      await press(engineer, "Enter");
      await card.locator("details form", { hasText: "control" }).locator("button").first().click();
      await card.locator(`article a[href="/devices/${control.device}"]`).waitFor();
    });

    await step("a dry run says what would change, and changes nothing", async () => {
      const before = await motd();
      await play({ only_look: true }, async () => {
        await shot(engineer, "run");
        await axe(engineer);
      });
      const { act, output } = await ended();
      check(act.outcome.code).is(0, output);
      check(output).includes("+web-1 is looked after by the help desk");
      for (const host of HOSTS) check(recap(output)[host].changed).is("2", output);
      check(await motd()).is(before);
      await shot(engineer, "dry-run");
    });

    await step("the playbook runs; what it prints comes while it runs", async () => {
      await play({});
      await engineer.locator(".output", { hasText: "TASK [The words]" }).waitFor({ timeout: 60_000 });
      const early = await engineer.locator(".output").innerText();
      check(early).excludes("PLAY RECAP", "the first task is shown before the end");
      check((await state()).state).is("running");
      await shot(engineer, "streaming", { themes: ["light"] });
      const { act, output } = await ended();
      console.log(output.slice(output.indexOf("PLAY RECAP")).trimEnd().replace(/^/gm, "        "));
      check(act.outcome.code).is(0, output);
      for (const host of HOSTS) {
        const { ok, changed, failed, unreachable } = recap(output)[host];
        check([ok, changed, failed, unreachable]).is(["3", "2", "0", "0"], output);
      }
      check(await motd()).is(HOSTS.map((host) => `${host} is looked after by the help desk\n`));
      for (const host of hosts) check(await host.inside("cat", "/etc/ssh/sshd_config")).includes("PrintMotd yes");
      await shot(engineer, "done");
      await axe(engineer);
    });

    await step("a second run changes nothing", async () => {
      await play({ limit: "place_lab" });
      const { act, output } = await ended();
      check(act.outcome.code).is(0, output);
      for (const host of HOSTS) check(recap(output)[host].changed).is("0", output);
    });

    await step("a host that is down ends the act with a code, and the ticket says so", async () => {
      await hosts[2].stop();
      await play({});
      const { act, output } = await ended();
      console.log(output.slice(output.indexOf("PLAY RECAP")).trimEnd().replace(/^/gm, "        "));
      check(act.outcome.code).is(4, output);
      check(HOSTS.map((host) => recap(output)[host].unreachable)).is(["0", "0", "1"], output);
      await engineer.reload();
      await shot(engineer, "host-down");
      const path = new URL(engineer.url()).pathname;
      await engineer.goto(`${url}/tickets/${number}`);
      const lines = engineer.locator(`main a[href="${path}"]`);
      await lines.first().waitFor();
      const told = await engineer.locator("main").innerText();
      check(told).includes("退出码 4");
      await shot(engineer, "ticket");
      await axe(engineer);
      await manager.goto(`${url}/tickets/${number}`);
      check(await manager.locator("main").innerText()).includes("on control, ended with code 4");
      await shot(manager, "ticket-en", { themes: ["light"] });
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
    if (!process.env.KEEP) await rm(data, { recursive: true, force: true });
  }
}
