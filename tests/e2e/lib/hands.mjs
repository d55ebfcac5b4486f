// A person without a mouse: two hands on the keyboard whose keystrokes are counted, and eyes that only read. What the
// journeys give to such a person is this and not the page, so that nothing can be clicked, filled in, or focused by magic.
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { settle, shots } from "./browser.mjs";
import { until } from "./check.mjs";

/** A form in which the keyboard needs more steps than this to reach a field is a form to mend. */
const TABS_MOST = 12;

export class Hands {
  #page;
  keys = 0;
  characters = 0;
  #looking = 0;

  constructor(page) {
    this.#page = page;
  }

  /** A mouse that is used is a journey that failed: whoever opens the page says so before it loads. */
  static async withoutMouse(page) {
    await page.addInitScript(() => {
      for (const kind of ["mousedown", "pointerdown", "touchstart", "wheel"]) {
        addEventListener(kind, () => console.error("the mouse was used"), true);
      }
    });
    return new Hands(page);
  }

  /** One press each, as Playwright names keys; a chord is one press. */
  press = async (...keys) => {
    for (const key of keys) {
      this.keys += 1;
      await this.#page.keyboard.press(key);
    }
  };

  /** Text, counted in characters and apart from the keys. */
  type = async (text) => {
    this.characters += [...text].length;
    await this.#page.keyboard.type(text);
  };

  /** Tab until the focus is there. */
  tabTo = async (selector) => {
    for (let tabs = 0; tabs < TABS_MOST; tabs += 1) {
      await this.press("Tab");
      if (await this.#page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    throw new Error(`${selector} is not within ${TABS_MOST} tabs`);
  };

  /** The arrow keys in the list that has the focus, until this value is chosen. */
  choose = async (value) => {
    const steps = await this.#page.evaluate((wanted) => {
      const list = document.activeElement;
      if (!(list instanceof HTMLSelectElement)) return null;
      return [...list.options].findIndex((option) => option.value === wanted) - list.selectedIndex;
    }, value);
    if (steps === null) throw new Error(`no list has the focus to choose ${value} from`);
    for (let step = 0; step < Math.abs(steps); step += 1) await this.press(steps > 0 ? "ArrowDown" : "ArrowUp");
    const now = await this.#page.evaluate(() => document.activeElement.value);
    if (now !== value) throw new Error(`the arrow keys lead to ${now} and not to ${value}`);
  };

  /** Waits until something is on screen that holds these words. */
  see = (selector, words) => this.#page.locator(selector, words ? { hasText: words } : {}).first().waitFor();

  gone = (selector) => until(`${selector} is gone`, async () => (await this.#page.locator(selector).count()) === 0);

  /** Waits until the focus is there: what a person looks for before they type. */
  focused = async (selector) => {
    const is = () => this.#page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector).catch(() => false);
    await until(`the focus is on ${selector}`, is, 5_000).catch(async (error) => {
      const there = await this.#page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
      throw new Error(`${error.message}; it is on ${there}`);
    });
  };

  isFocused = (selector) => this.#page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

  /** The words there; read again when the page went away under the eyes. */
  read = async (selector) => {
    const ask = () => this.#page.locator(selector).allInnerTexts();
    return ask().catch(async () => {
      await this.#page.waitForLoadState();
      return ask();
    });
  };
  value = (selector) => this.#page.locator(selector).first().inputValue();
  place = () => new URL(this.#page.url());
  arrived = (pattern) => this.#page.waitForURL(pattern);

  /** A picture for the film strip; the clock stands still meanwhile. */
  look = async (path) => {
    const began = performance.now();
    await mkdir(shots, { recursive: true });
    await settle(this.#page);
    // To hide the caret, empty style attributes would be left behind; copied by a swap, they would break the policy.
    await this.#page.screenshot({ path, caret: "initial" });
    this.#looking += performance.now() - began;
  };

  /** Does something and tells what it took. */
  measured = async (work) => {
    const before = { keys: this.keys, characters: this.characters, looking: this.#looking };
    const began = performance.now();
    await work();
    return {
      keys: this.keys - before.keys,
      characters: this.characters - before.characters,
      seconds: (performance.now() - began - (this.#looking - before.looking)) / 1_000,
    };
  };
}

/** The figures as lines of equal columns. */
export function table(head, rows) {
  const wide = (text) => [...String(text)].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e7f ? 2 : 1), 0);
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, at) => Math.max(...all.map((row) => wide(row[at]))));
  const pad = (text, at) => {
    const space = " ".repeat(widths[at] - wide(text));
    return /^[\d.#]+$/.test(text) ? space + text : text + space;
  };
  return all.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** All pictures on one sheet, laid out by the browser itself. */
export async function filmStrip(page, title, frames, path) {
  const cells = await Promise.all(frames.map(async ({ file, caption, figures }) => {
    const data = (await readFile(file)).toString("base64");
    return `<figure><img alt="${basename(file)}" src="data:image/png;base64,${data}"><figcaption><b>${caption}</b> ${figures}</figcaption></figure>`;
  }));
  const style = `body{margin:24px;font:20px system-ui,"Noto Sans CJK SC",sans-serif;background:#fff;color:#111}
    h1{font-size:28px}main{display:grid;grid-template-columns:repeat(3,1fr);gap:20px}figure{margin:0}
    img{width:100%;border:1px solid #999}figcaption{padding:4px 0}`;
  await page.setViewportSize({ width: 2400, height: 1200 });
  await page.setContent(`<style>${style}</style><h1>${title}</h1><main>${cells.join("")}</main>`);
  await page.screenshot({ path, fullPage: true });
}

export const shotPath = (name) => join(shots, `${name}.png`);
