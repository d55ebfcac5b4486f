// A technician's morning: tickets of different kinds, each handled from reading to done without a mouse. It opens its own
// tickets, so it needs nothing of the demo but its people, macros, and templates; what came of each is asked of the JSON
// interface with another person's eyes. The figures are printed and not judged: they are for whoever makes this faster.
import { Hands, filmStrip, shotPath, table } from "../lib/hands.mjs";
import { CHANGING } from "../lib/morning/changing.mjs";
import { TALKING } from "../lib/morning/talking.mjs";
import { PEOPLE } from "../lib/morning/words.mjs";

export const title = "A technician handles a morning's tickets by keyboard alone, in both languages";
export const server = { args: ["demo", "--seed", "8", "--tickets", "60"] };
export const limit = 600_000;
// Hundreds of keys, each meant for what a person saw a moment ago on a page that is alive: on a starved machine one may come
// too early. A fault of the product fails both walks.
export const tries = 2;

const STATIONS = [...TALKING, ...CHANGING];
const PASSWORD = "rock in midstream";

/** Calls of the JSON interface with the session of a page. */
async function caller(page, url) {
  const token = await page.locator("meta[name=csrf-token]").getAttribute("content");
  const ask = async (method, path, data) => {
    const answer = await page.request.fetch(`${url}/api/v1${path}`, { method, data, headers: { "X-CSRF-Token": token } });
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  };
  return { get: (path) => ask("GET", path), post: (path, data) => ask("POST", path, data) };
}

export default async function ({ open, signIn, url, step, check, until }) {
  const boss = await open({ locale: "en" });
  let api;
  await step("the manager sets a close gate for urgent changes", async () => {
    await signIn(boss, "manager@example.test", PASSWORD);
    await boss.goto(`${url}/queues/open`);
    api = await caller(boss, url);
    await api.post("/close-gates", {
      definition: {
        name: { en: "Changes need a reason", "zh-CN": "变更要有依据" },
        types: ["change_request"],
        needs: { questions: ["why"], evidence: 1, cause: true },
        words: { en: "A change nobody can explain comes back.", "zh-CN": "说不清缘由的变更会再来。" },
      },
    });
  });

  for (const locale of ["zh-CN", "en"]) {
    const rows = [];
    const frames = [];
    const page = await open({ locale });
    const hands = await Hands.withoutMouse(page);
    await step(`${locale}: signs in by keyboard`, async () => {
      await page.goto(`${url}/sign-in`);
      await hands.focused("[name=email]");
      await hands.type(`${PEOPLE[locale].me}@example.test`);
      await hands.press("Tab");
      await hands.type(PASSWORD);
      await hands.press("Enter");
      await hands.arrived((to) => !to.pathname.startsWith("/sign-in"));
    });
    const morning = {
      hands, api, check, until, zh: locale === "zh-CN", people: PEOPLE[locale], tag: `morning-${locale.toLowerCase()}`, tickets: {},
    };
    await step(`${locale}: the tickets come in`, () => comeIn(morning));
    for (const station of STATIONS) {
      await step(`${locale}: ${station.kind}`, async () => {
        const at = String(frames.length + 1).padStart(2, "0");
        const file = shotPath(`morning-${locale}-${at}-${station.kind.replaceAll(/\W+/g, "-")}`);
        const number = morning.tickets[station.kind];
        let looked = false;
        const look = async () => {
          looked = true;
          await hands.look(file);
        };
        const took = await hands.measured(() => station.work({ ...morning, number, look, go: (wanted) => go(hands, wanted) }));
        check(looked).isTrue("no picture was taken");
        await station.came({ ...morning, number });
        const handled = morning.tickets[station.kind];
        const shown = handled ? `#${handled}` : "";
        rows.push([shown, station.kind, took.keys, took.characters, took.seconds.toFixed(1)]);
        frames.push({ file, caption: `${at} ${station.kind} ${shown}`, figures: `${took.keys} keys · ${took.characters} characters · ${took.seconds.toFixed(1)} s` });
      });
    }
    const handled = new Set(rows.map(([shown]) => shown).filter(Boolean)).size;
    check(handled >= 20).isTrue(`only ${handled} tickets were handled`);
    const sum = (column) => rows.reduce((all, row) => all + Number(row[column]), 0);
    rows.push(["", "all", sum(2), sum(3), sum(4).toFixed(1)]);
    console.log(`\n${table(["ticket", `kind (${locale})`, "keys", "characters", "seconds"], rows).replace(/^/gm, "        ")}\n`);
    const sheet = await open();
    await filmStrip(sheet, `A technician’s morning by keyboard (${locale})`, frames, shotPath(`morning-strip-${locale}`));
    await sheet.close();
  }
}

/** One ticket for each station, in their order, so that the list of the morning is worked from its top. */
async function comeIn({ api, tickets, tag, zh, people }) {
  for (const { kind, ticket, opens = 1 } of STATIONS) {
    for (let one = 0; one < (ticket ? opens : 0); one += 1) {
      const { title, body, owner = "me", ...fields } = ticket(zh, one);
      const opened = await api.post("/tickets", {
        requester: `${people.requester}@example.test`,
        channel: "phone", title, body, tags: [tag], priority: "P2", ...fields,
      });
      await api.post(`/tickets/${opened.number}/assignment`, { assignee: `${people[owner]}@example.test` });
      tickets[one === 0 ? kind : `${kind} ${one + 1}`] = opened.number;
    }
  }
}

/** To a ticket: it is there already, a few rows below in the list, or found by its number. */
async function go(hands, number) {
  await hands.gone("dialog[open]");
  const shown = await hands.read(".ticket-number");
  if (shown[0] === `#${number}`) return;
  const rows = await hands.read("#rows .row-number");
  const here = rows.indexOf(shown[0] ?? "");
  const ahead = rows.indexOf(`#${number}`) - here;
  const listed = rows.includes(`#${number}`) && ahead > 0 && ahead <= 4;
  if (listed) {
    for (let row = 0; row < ahead; row += 1) await hands.press("j");
  }
  // The list is alive: where a row has gone meanwhile, nobody opens another instead.
  const [under] = await hands.read("#rows :focus .row-number");
  if (listed && under === `#${number}`) {
    await hands.press("Enter");
  } else {
    await hands.press("Control+k");
    await hands.see("#palette[open] input");
    await hands.type(String(number));
    await hands.see(`#palette [role=option][aria-selected=true][data-href^='/tickets/${number}']`);
    await hands.press("Enter");
  }
  await hands.see(".ticket-number", new RegExp(`^#${number}$`));
  await hands.see(".composer textarea");
}
