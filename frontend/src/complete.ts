// What is offered while one writes: `/` templates, `@` people, `#` tickets. The list stands under the text; the arrow
// keys choose, Enter or Tab takes, Escape closes. The server answers with what is to be put in the place of what was
// typed. A list of templates in a dialog puts its choice where the cursor was.
import { closest, debounce, fragmentHeaders, isComposing } from "./page";

const WAIT = 120;
const LONGEST = 40;
let asked = 0;

interface Begun {
  sign: string;
  text: string;
  start: number;
}

/** The sign before the cursor and the letters after it; a slash only where a word can begin. */
function begun(area: HTMLTextAreaElement): Begun | null {
  const before = area.value.slice(0, area.selectionStart);
  const found = /(^|[\s，。；：、（(])([/@#＃＠])([^\s/@#]*)$/u.exec(before);
  if (!found) return null;
  const [, , sign = "", text = ""] = found;
  if (text.length > LONGEST) return null;
  return { sign: sign === "＃" ? "#" : sign === "＠" ? "@" : sign, text, start: before.length - sign.length - text.length };
}

function listOf(area: HTMLTextAreaElement): HTMLElement | null {
  const next = area.nextElementSibling;
  return next instanceof HTMLElement && next.matches(".completion") ? next : null;
}

function options(area: HTMLTextAreaElement): HTMLElement[] {
  return [...(listOf(area)?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])];
}

function close(area: HTMLTextAreaElement): void {
  asked += 1;
  listOf(area)?.remove();
  area.removeAttribute("aria-activedescendant");
}

function choose(area: HTMLTextAreaElement, place: number): void {
  const all = options(area);
  const at = (place + all.length) % all.length;
  all.forEach((option, index) => {
    option.setAttribute("aria-selected", String(index === at));
    option.id = `completion-${index}`;
  });
  all[at]?.scrollIntoView({ block: "nearest" });
  area.setAttribute("aria-activedescendant", `completion-${at}`);
}

function chosen(area: HTMLTextAreaElement): number {
  return options(area).findIndex((option) => option.getAttribute("aria-selected") === "true");
}

/** Puts a text in the place of what was typed, so that the browser can undo it. */
function put(area: HTMLTextAreaElement, start: number, text: string): void {
  area.focus();
  area.setSelectionRange(start, area.selectionEnd);
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

function take(area: HTMLTextAreaElement, option: HTMLElement | undefined): void {
  const place = begun(area);
  close(area);
  if (place && option) put(area, place.start, option.dataset.insert ?? "");
}

async function offer(area: HTMLTextAreaElement): Promise<void> {
  const place = begun(area);
  const url = area.dataset.completeUrl;
  if (!place || !url) {
    close(area);
    return;
  }
  const number = ++asked;
  const kind = area.form?.querySelector<HTMLInputElement>('[name="kind"]:checked')?.value ?? "reply";
  const query = new URLSearchParams({ sign: place.sign, q: place.text, kind });
  const answer = await fetch(`${url}?${query}`, { headers: fragmentHeaders("ul#completion") }).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  const html = await answer.text();
  if (number !== asked) return;
  listOf(area)?.remove();
  if (!html.includes("role=")) return;
  const list = document.createElement("ul");
  list.className = "palette-list completion";
  list.id = "completion";
  list.setAttribute("role", "listbox");
  list.innerHTML = html;
  area.after(list);
  choose(area, 0);
}

let typedIn: HTMLTextAreaElement | null = null;
const offerSoon = debounce(WAIT, () => {
  if (typedIn?.isConnected) void offer(typedIn);
});

document.addEventListener("input", (event) => {
  const area = closest<HTMLTextAreaElement>(event, "textarea[data-complete-url]");
  if (!area) return;
  typedIn = area;
  offerSoon();
});

document.addEventListener(
  "keydown",
  (event) => {
    const area = closest<HTMLTextAreaElement>(event, "textarea[data-complete-url]");
    if (!area || isComposing(event) || !options(area).length || event.ctrlKey || event.metaKey) return;
    const keys: Record<string, () => void> = {
      ArrowDown: () => choose(area, chosen(area) + 1),
      ArrowUp: () => choose(area, chosen(area) - 1),
      Enter: () => take(area, options(area)[chosen(area)]),
      Tab: () => take(area, options(area)[chosen(area)]),
      Escape: () => close(area),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  },
  true,
);

document.addEventListener("mousedown", (event) => {
  const option = closest<HTMLElement>(event, ".completion [role=option]");
  if (!option) return;
  event.preventDefault(); // the cursor stays in the text
  const area = option.closest(".completion")?.previousElementSibling;
  if (area instanceof HTMLTextAreaElement) take(area, option);
});

document.addEventListener("focusout", (event) => {
  const area = closest<HTMLTextAreaElement>(event, "textarea[data-complete-url]");
  if (area) close(area);
});

// A template chosen in the dialog.
document.addEventListener("click", (event) => {
  const link = closest<HTMLElement>(event, "dialog a[data-insert]");
  const area = document.querySelector<HTMLTextAreaElement>("textarea[data-complete-url]");
  if (!link || !area) return;
  event.preventDefault();
  link.closest("dialog")?.close();
  put(area, area.selectionStart, link.dataset.insert ?? "");
});
