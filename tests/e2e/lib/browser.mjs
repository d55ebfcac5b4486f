// Debian's Chromium, with a watch on everything that must not happen: console errors, exceptions, CSP violations, 5xx.
import { mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import axeCore from "axe-core";
import { chromium } from "playwright-core";

export const shots = resolve(import.meta.dirname, "../shots");

const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Whoever shares a screen chooses the tab of this name in the browser's own dialog (journeys/share.mjs).
  "--auto-select-tab-capture-source-by-title=The broken page",
];

/** Widths at which every page has to be right: a desk, and a phone on a stairwell. */
export const WIDTHS = [1440, 390];
const HEIGHTS = { 1440: 900, 390: 844 };
const THEMES = ["light", "dark"];

/** Answers that the console calls errors and the house calls normal: a form with mistakes, one try too many. */
const NORMAL = [/the server responded with a status of 4(22|29)/];

export async function launch() {
  if (!existsSync(program)) throw new Error(`there is no ${program}; install the package chromium or set CHROMIUM`);
  return chromium.launch({ executablePath: program, args: flags, headless: !process.env.HEADED });
}

/** Waits until a change of width or theme has been laid out and painted, and nothing moves any more. */
export async function settle(page) {
  const settled = page.evaluate(async () => {
    for (const _ of [1, 2]) await new Promise((resolve) => requestAnimationFrame(resolve));
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  });
  // Where scripts are switched off no frame is ever reported.
  await Promise.race([settled.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 500))]);
}

/** The pages of one journey and what went wrong in them. */
export class Pages {
  #browser;
  #name;
  #open = [];
  #tolerated = new WeakMap();
  faults = [];

  constructor(browser, name) {
    this.#browser = browser;
    this.#name = name;
  }

  open = async ({ locale = "en", width = 1440, height, theme = "light", scripts = true, state } = {}) => {
    const context = await this.#browser.newContext({
      locale,
      colorScheme: theme,
      javaScriptEnabled: scripts,
      reducedMotion: "reduce",
      storageState: state,
      viewport: { width, height: height ?? HEIGHTS[width] ?? 900 },
    });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    this.#open.push(page);
    this.#tolerated.set(page, [...NORMAL]);
    if (scripts) {
      await page.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", (event) => {
          console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} ${event.sourceFile ?? ""}`);
        });
      });
    }
    page.on("console", (message) => {
      if (message.type() === "error") this.#fault(page, `console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.#fault(page, `exception: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) this.#fault(page, `${response.status()} from ${response.url()}`);
    });
    return page;
  };

  /** Lets an expected message pass on one page. */
  tolerate = (page, pattern) => this.#tolerated.get(page).push(pattern);

  #fault(page, text) {
    if (!this.#tolerated.get(page).some((pattern) => pattern.test(text))) this.faults.push(text);
  }

  /** Pictures at every width in both themes; a page wider than its screen is a failure. */
  shot = async (page, name, { widths = WIDTHS, themes = THEMES, whole = true } = {}) => {
    await mkdir(shots, { recursive: true });
    const before = page.viewportSize();
    for (const width of widths) {
      await page.setViewportSize({ width, height: HEIGHTS[width] ?? 900 });
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme });
        await settle(page);
        await page.screenshot({ path: join(shots, `${this.#name}-${name}-${width}-${theme}.png`), fullPage: whole });
      }
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (excess > 0) throw new Error(`${name}: the page is ${excess} px wider than a screen of ${width}`);
    }
    await page.emulateMedia({ colorScheme: null });
    await page.setViewportSize(before);
  };

  /** No violation of accessibility rules, in both themes, because contrast differs. */
  axe = async (page, { within, without = [], themes = THEMES } = {}) => {
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await settle(page);
      // Evaluated through the debugger, which the content security policy does not bind.
      await page.evaluate(`window.axe ?? (() => { ${axeCore.source} })()`);
      const look = () => page.evaluate(async ([include, exclude]) => {
        const context = include || exclude.length ? { include: [[include ?? "html"]], exclude: exclude.map((one) => [one]) } : document;
        const { violations } = await window.axe.run(context, { resultTypes: ["violations"] });
        // The check leaves empty attributes behind; copied by a swap later on, they would break the policy in our name.
        for (const element of document.querySelectorAll('[style=""]')) element.removeAttribute("style");
        return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 5).map((node) => `${node.target}: ${node.failureSummary}`) }));
      }, [within, without]);
      let violations = await look();
      // A live page may replace a part while it is looked at, and what has left the page has no style. What is wrong stays wrong.
      if (violations.length > 0) {
        await settle(page);
        violations = await look();
      }
      if (violations.length > 0) {
        const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.join("\n    ").replace(/\n\s+/g, "\n    ")}`);
        throw new Error(`accessibility (${theme}) of ${page.url()}\n  ${told.join("\n  ")}`);
      }
    }
    await page.emulateMedia({ colorScheme: null });
  };

  /** Pictures of every open page, for whoever has to find out why. */
  async shootFailure() {
    await mkdir(shots, { recursive: true });
    for (const [index, page] of this.#open.entries()) {
      const path = join(shots, `failed-${this.#name}-${index}.png`);
      await page.screenshot({ path, timeout: 5_000 }).then(() => console.log(`      see ${path}`), () => {});
    }
  }

  async close() {
    for (const page of this.#open) await page.context().close();
  }
}

/** Presses keys one after the other, as Playwright names them: `press(page, "Control+k", "j", "Enter")`. */
export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** Signs in with the form and waits until the person is inside; throws with what the page said when not. */
export async function signIn(page, base, address, password) {
  await page.goto(`${base}/sign-in`);
  const form = page.locator("form:has(input[type=password])").first();
  await form.locator("input[type=email], input[type=text]").first().fill(address);
  await form.locator("input[type=password]").first().fill(password);
  await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    form.locator("button:not([type=button])").last().click(),
  ]);
  await page.waitForLoadState("domcontentloaded");
  if (new URL(page.url()).pathname === "/sign-in") {
    const said = await page.locator("[role=alert], .field-error, .banner").allInnerTexts();
    throw new Error(`${address} was not let in: ${said.join(" ") || "no reason given"}`);
  }
}
