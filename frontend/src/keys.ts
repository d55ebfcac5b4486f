// Keys. Elements say which key presses them (data-key="r", "g q", "mod+k"); the list moves with j and k; `?` shows the
// sheet made of what this page declares. While a menu is open its items have the first word, so that "s r" resolves and
// "r" replies. Nothing happens while typing, while an input method composes, or under a dialog, except for combinations
// with Ctrl or Cmd.
import { eventToHotkeyString, normalizeHotkey } from "@github/hotkey";
import { openDialog } from "./dialog";
import { isComposing, isVisible, takesText, text } from "./page";

const SEQUENCE_WAIT = 1_000;
let prefix = "";
let prefixTimer = 0;

function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")].filter(isVisible);
}

export function keyLabel(element: HTMLElement): string {
  const { keyLabel, actionLabel } = element.dataset;
  const words = keyLabel ?? actionLabel ?? element.getAttribute("aria-label") ?? element.textContent ?? "";
  return words.trim().replace(/\s+/g, " ");
}

function find(combination: string): HTMLElement | undefined {
  const all = keyed().filter((element) => normalize(element.dataset.key ?? "") === combination);
  const inMenu = all.find((element) => element.closest("details.menu[open] > .menu-list"));
  // Of many that share a key, as the words of a conversation do, the newest can be meant.
  return inMenu ?? (all[0]?.hasAttribute("data-key-last") ? all.at(-1) : all[0]);
}

function normalize(key: string): string {
  return key.includes("+") && key.length > 1 ? normalizeHotkey(key.replace(/^mod\b/i, "Mod")) : key;
}

/** The pressed key as authors write it: "?" and not "Shift+?", but "Shift+Enter". */
function pressed(event: KeyboardEvent): string {
  const whole = eventToHotkeyString(event) as string;
  return event.key.length === 1 ? whole.replace("Shift+", "") : whole;
}

export function activate(element: HTMLElement): void {
  if (takesText(element)) {
    element.focus();
    if (element instanceof HTMLInputElement) element.select();
  } else if (element instanceof HTMLDetailsElement) {
    unfold(element);
  } else if (element.parentElement instanceof HTMLDetailsElement && element.matches("summary")) {
    unfold(element.parentElement);
  } else {
    element.click();
  }
  element.dispatchEvent(new CustomEvent("mainstay:key", { bubbles: true }));
}

/** Opens and goes in; from inside, closes. What stands open already is only gone into, unless it is a menu. */
function unfold(details: HTMLDetailsElement): void {
  const inside = details.contains(document.activeElement);
  const summary = details.querySelector("summary");
  details.open = !details.open || !(inside || details.matches(".menu"));
  const choose = (selector: string): HTMLElement | undefined =>
    [...details.querySelectorAll<HTMLElement>(selector)].find(isVisible);
  const fields = "input:not([type=hidden]), select, textarea";
  const first = choose("[data-key-focus]") ?? choose(`.menu-item, ${fields}, .checklist button, .answers summary`);
  const target = details.open ? (first ?? summary) : summary;
  target?.focus();
  if (target instanceof HTMLInputElement && takesText(target)) target.select();
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-list] [data-row]")].filter(isVisible);
}

function currentRow(all: HTMLElement[]): number {
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  return focused >= 0 ? focused : all.findIndex((row) => row.querySelector('[aria-current="true"]'));
}

function move(step: number): boolean {
  const all = rows();
  const next = all[Math.min(all.length - 1, Math.max(0, currentRow(all) + step))];
  const link = next?.querySelector<HTMLElement>("a");
  link?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(link);
}

/** Shift and an arrow take the row along, as in any list of files. */
function extend(step: number): boolean {
  const all = rows();
  const mark = (row?: HTMLElement): void => {
    const box = row?.querySelector<HTMLInputElement>("[data-select]");
    if (box && !box.checked) box.click();
  };
  mark(all[currentRow(all)]);
  const moved = move(step);
  mark(all[currentRow(all)]);
  return moved;
}

function onCurrentRow(selector: string): boolean {
  const all = rows();
  const target = all[currentRow(all)]?.querySelector<HTMLElement>(selector);
  target?.click();
  return Boolean(target);
}

function builtIn(key: string): boolean {
  switch (key) {
    case "j":
      return move(1);
    case "k":
      return move(-1);
    case "G":
      return move(Infinity);
    case "o":
      return onCurrentRow("a");
    case "x":
      return onCurrentRow("[data-select]");
    case "Shift+ArrowDown":
      return extend(1);
    case "Shift+ArrowUp":
      return extend(-1);
    case "?":
      showSheet();
      return true;
    default:
      return false;
  }
}

function showSheet(): void {
  document.getElementById("keys-sheet")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "keys-sheet";
  dialog.className = "dialog dialog-wide";
  dialog.setAttribute("aria-label", text("keysTitle"));
  const title = document.createElement("h2");
  title.className = "dialog-title";
  title.textContent = text("keysTitle");
  const list = document.createElement("ul");
  list.className = "keys";
  const seen = new Set<string>();
  const add = (key: string, label: string): void => {
    if (!label || seen.has(key)) return;
    seen.add(key);
    const entry = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = label;
    const mark = document.createElement("kbd");
    mark.textContent = display(key);
    entry.append(words, mark);
    list.append(entry);
  };
  for (const element of keyed()) add(element.dataset.key ?? "", keyLabel(element));
  if (rows().length) {
    add("j k G", text("keyMove"));
    add("o", text("keyOpen"));
    add("x", text("keySelect"));
  }
  if (document.querySelector("[data-send]")) {
    add("mod+Enter", text("keySend"));
    add("mod+Shift+Enter", text("keySendNext"));
  }
  add("?", text("keysTitle"));
  const close = document.createElement("button");
  close.className = "button";
  close.textContent = text("close") || "×";
  close.addEventListener("click", () => dialog.close());
  dialog.append(title, list, close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  openDialog(dialog);
}

export function display(key: string): string {
  const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
  if (!key.includes("+")) return key;
  return key
    .replace(/^mod\b/i, mac ? "⌘" : "Ctrl")
    .split("+")
    .map((part) => (part.length === 1 ? part.toUpperCase() : part))
    .join(" ");
}

function remember(key: string): void {
  prefix = key;
  clearTimeout(prefixTimer);
  prefixTimer = window.setTimeout(() => (prefix = ""), SEQUENCE_WAIT);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isComposing(event) || (event.repeat && !"jk".includes(event.key))) return;
  const modified = event.ctrlKey || event.metaKey;
  if (!modified && takesText(document.activeElement)) {
    if (event.key === "Escape") (document.activeElement as HTMLElement).blur();
    return;
  }
  if (event.altKey || document.querySelector("dialog[open]")) return;
  const key = pressed(event);
  const sequence = prefix ? `${prefix} ${key}` : key;
  const element = find(sequence) ?? find(key);
  remember("");
  if (element) {
    event.preventDefault();
    activate(element);
  } else if (modified) {
    return;
  } else if (keyed().some((each) => each.dataset.key?.startsWith(`${key} `))) {
    remember(key);
  } else if (builtIn(key)) {
    event.preventDefault();
  }
});
