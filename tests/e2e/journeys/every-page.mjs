// Every page that links lead to, found by following them, as three people. What is asked of each page is asked of all:
// readable for everybody, no complaint of the browser, no wider than the screen, and small.
import { get } from "node:http";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { settle, shots } from "../lib/browser.mjs";

export const title = "Every page holds its promises: accessible, quiet, inside the screen, small, in both languages and themes";
export const server = { args: ["demo", "--seed", "7", "--tickets", "400"] };

/** Some three hundred pages; on a busy machine that takes its time. */
export const limit = 1_200_000;

const PASSWORD = "rock in midstream";
const HTML_MAX = 100_000;
const SCRIPTS_MAX = 60_000;

/** Each language meets both widths; the rules of accessibility are tried in the first look of each. */
const LOOKS = {
  "zh-CN": [{ width: 1440, theme: "light" }, { width: 390, theme: "dark" }],
  en: [{ width: 390, theme: "dark" }, { width: 1440, theme: "light" }],
};

/** Where the walk starts. Links lead on from here; the pages that no link leads to are named as well. */
const STARTS = {
  admin: ["/", "/queues/open", "/queues/closed", "/queues/resolved", "/queues/waiting", "/search?q=VPN", "/search", "/api/docs", "/settings/mailboxes/new", "/nowhere"],
  l1: ["/", "/queues/mine", "/queues/open?q=zzzz", "/settings/roles"],
  employee: ["/", "/portal", "/portal/report?type=request", "/portal/requests?q=zzzz", "/help?q=vpn", "/help?q=zzzz", "/account"],
};

/** Must have been among them: a walk that loses its way must not pass. */
const EXPECTED = {
  admin: [
    "/queues/{word}", "/tickets/{n}", "/tickets/new", "/tickets/{n}/assignment/reason", "/tickets/{n}/clocks/{word}", "/tickets/{n}/assignment",
    "/tickets/{n}/escalation", "/tickets/{n}/waiting", "/tickets/{n}/resolution", "/tickets/{n}/verification", "/tickets/{n}/reopening", "/tickets/{n}/fields",
    "/tickets/{n}/priority", "/tickets/{n}/tags", "/tickets/{n}/next-step", "/tickets/{n}/calls", "/search", "/account", "/account/second-factor",
    "/settings/people", "/settings/people/new", "/settings/people/{n}", "/settings/people/{n}/edit", "/settings/teams", "/settings/teams/new", "/settings/teams/{n}/edit",
    "/settings/roles", "/settings/roles/new", "/settings/skills", "/settings/shifts", "/settings/sites", "/settings/sites/new", "/settings/calendars",
    "/settings/calendars/new", "/settings/calendars/{n}", "/settings/calendars/{n}/edit", "/settings/mailboxes", "/settings/mailboxes/new", "/settings/mail/journal",
    "/settings/mail/outbox", "/settings/notices", "/settings/notices/{word}/{word}", "/settings/desk", "/settings/desk/priorities", "/settings/desk/assignment",
    "/settings/desk/service-levels", "/settings/desk/service-levels/new", "/settings/desk/service-levels/{n}", "/portal", "/api/docs",
    "/devices", "/devices/new", "/devices/{n}", "/devices/{n}/edit", "/devices/{n}/inventory", "/devices/{n}/software", "/devices/{n}/changes",
    "/devices/merging", "/devices/enrolment", "/devices/scripts", "/devices/scripts/new", "/devices/safety", "/terminals", "/screens", "/shares", "/rollouts", "/rollouts/new",
    "/patches", "/patches/{n}", "/patches/rules", "/agent-releases",
  ],
  l1: ["/queues/{word}", "/tickets/{n}", "/knowledge", "/knowledge/{n}", "/knowledge/{n}/edit", "/devices", "/devices/{n}", "/account"],
  employee: ["/portal", "/portal/report", "/portal/requests", "/portal/requests/{n}", "/portal/requests/{n}/share", "/help", "/help/{n}", "/help/guides/{word}", "/account"],
};
const WORDS = /^\/(queues\/[a-z]+|help\/guides\/[a-z-]+|settings\/notices\/[^/]+\/[^/]+|tickets\/\d+\/clocks\/[a-z_]+)$/;
/** Not pages: files, the JSON interface, feeds, and streams. */
const OTHER = /^\/(attachments|figures\/file|portal\/files|help\/files|knowledge\/files|knowledge\/\d+\/files|settings\/knowledge\/export|training\/hours\.csv|(terminals|screens|shares)\/[^/]+\/recording|acts\/[^/]+\/(file|output)|api\/v1|assets|live|metrics|status\.)/;

/** Pages of one kind share a pattern; one of them is looked at. */
function pattern(path) {
  const bare = path.split(/[?#]/)[0];
  const numbered = bare.replace(/\/(\d+|[0-9a-z]{26}|p[0-3])(?=\/|$)/g, "/{n}");
  if (!WORDS.test(bare)) return numbered;
  if (bare.startsWith("/queues/")) return "/queues/{word}";
  if (bare.startsWith("/help/")) return "/help/guides/{word}";
  return bare.startsWith("/tickets/") ? "/tickets/{n}/clocks/{word}" : "/settings/notices/{word}/{word}";
}

/** The bytes of an answer as they travel, compressed. */
const transferred = (address) =>
  new Promise((resolve, reject) => {
    get(address, { headers: { "Accept-Encoding": "gzip" } }, (response) => {
      let size = 0;
      response.on("data", (chunk) => (size += chunk.length)).on("end", () => resolve(size));
    }).on("error", reject);
  });

export default async function ({ url, open, axe, check, step, tolerate, server, signIn }) {
  const seen = new Set();
  if (process.env.PICTURES) await mkdir(join(shots, "pages"), { recursive: true });

  /** The pages that people work in are tried in both languages; of the settings, which are alike, every other one in each. */
  const tried = (locale, path) => {
    const kind = pattern(path);
    return !kind.startsWith("/settings/") || (kind.length % 2 === 0) === (locale === "en");
  };

  const look = async (page, path, { locale, deep, faults }) => {
    const response = await page.goto(url + path, { waitUntil: "load" });
    const html = await response.body();
    if (html.length > HTML_MAX) faults.push(`${path}: ${html.length} bytes of HTML`);
    const lang = await page.getAttribute("html", "lang");
    if (lang !== locale) faults.push(`${path}: speaks ${lang} to a reader of ${locale}`);
    const bare = await page.evaluate(() => document.body.innerText.match(/\b(web|desk|people|mail|portal|knowledge|answers|training|fleet|error|event)-[a-z0-9_]+(-[a-z0-9_]+)+\b/g) ?? []);
    if (bare.length > 0) faults.push(`${path} (${locale}): texts are missing: ${bare.join(", ")}`);
    for (const [index, { width, theme }] of LOOKS[locale].entries()) {
      await page.setViewportSize({ width, height: width > 1000 ? 900 : 844 });
      await page.emulateMedia({ colorScheme: theme });
      await settle(page);
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (excess > 0) faults.push(`${path} (${locale}): ${excess} px wider than a screen of ${width}`);
      if (deep && index === 0 && tried(locale, path)) await axe(page, { themes: [theme] }).catch((error) => faults.push(`${locale} ${width}: ${error.message}`));
      if (process.env.PICTURES) {
        await page.emulateMedia({ colorScheme: theme });
        await settle(page);
        const name = pattern(path).replace(/[^a-z]+/gi, "_");
        await page.screenshot({ path: join(shots, "pages", `${deep}${name}-${locale}-${width}-${theme}.png`), fullPage: true });
      }
    }
  };

  /** A request of one's own to look at; the employee of the demo may have none. */
  const report = async (page) => {
    await page.goto(`${url}/portal/report`);
    await page.fill("[name=title]", "VPN");
    await page.fill("[name=body]", "It does not connect.");
    await page.locator("main form button.button-primary").click();
    await page.waitForURL(/\/portal\/requests\/\d+/);
  };

  const links = (page) =>
    page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => new URL(link.href)).filter((to) => to.origin === location.origin && !to.hash).map((to) => to.pathname + to.search));

  const walk = async (who, locale) => {
    const page = await open({ locale });
    tolerate(page, /status of (403|404)/);
    await signIn(page, `${who}@example.test`, PASSWORD);
    // A person's language is theirs, wherever they sit: chosen as they would.
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    if (who === "employee") await report(page);
    const faults = [];
    const visited = new Set();
    const waiting = STARTS[who].map((path) => ({ path, wanted: true }));
    while (waiting.length > 0) {
      const { path, wanted } = waiting.shift();
      const kind = pattern(path);
      if (!wanted && visited.has(kind)) continue;
      visited.add(kind);
      const key = `${locale} ${kind} ${wanted ? path : ""}`;
      await look(page, path, { locale, deep: seen.has(key) ? "" : who, faults });
      seen.add(key);
      const found = await links(page);
      // Tickets of every state offer other acts: the first of each queue that was asked for is opened too.
      const first = wanted && path.startsWith("/queues/") && found.find((to) => to.startsWith("/tickets/") && pattern(to) === "/tickets/{n}");
      if (first) waiting.unshift({ path: first, wanted: true });
      for (const to of found) {
        if (!OTHER.test(to) && !visited.has(pattern(to))) waiting.push({ path: to, wanted: false });
      }
    }
    if (faults.length > 0) throw new Error(`${faults.length} faults\n${faults.join("\n")}`);
    const lost = EXPECTED[who].filter((kind) => !visited.has(kind));
    if (lost.length > 0) throw new Error(`no link led ${who} to ${lost.join(", ")}`);
    await page.context().close();
    return visited.size;
  };

  const troubles = [];
  const attempt = (what, work) =>
    step(what, work).catch((error) => {
      console.log(error.message.replace(/^/gm, "        "));
      troubles.push(what);
    });
  const both = async (who) => {
    for (const locale of Object.keys(LOOKS)) await attempt(`${who} in ${locale}`, async () => console.log(`        ${who}: ${await walk(who, locale)} pages`));
  };
  const nobody = async () => {
    for (const locale of Object.keys(LOOKS)) {
      const page = await open({ locale });
      tolerate(page, /status of (404|409|410)/);
      const faults = [];
      for (const path of ["/sign-in", "/forgot", "/set-password/nonsense", "/confirm/nonsense"]) await look(page, path, { locale, deep: "nobody", faults });
      if (faults.length > 0) throw new Error(faults.join("\n"));
    }
  };
  // Different people, so that one's choice of language is not the other's.
  const others = async () => {
    await attempt("nobody: sign-in, forgotten password, a dead link", nobody);
    await both("employee");
    await both("l1");
  };
  await Promise.all([both("admin"), others()]);
  await step("the scripts of the first page are small", async () => {
    const page = await open({ width: 1440 });
    await signIn(page, "l1@example.test", PASSWORD);
    await page.goto(`${url}/queues/open`, { waitUntil: "load" });
    const scripts = await page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => name.endsWith(".js")));
    const sizes = await Promise.all(scripts.map(transferred));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.log(`        ${total} bytes in ${scripts.length}`);
    check(scripts.length > 0).isTrue("no script was loaded at all");
    check(total > 0 && total < SCRIPTS_MAX).isTrue(`${total} bytes of scripts`);
  });
  check(troubles).is([]);
  check(server.output()).excludes("panicked");
}
