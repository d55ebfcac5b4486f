// The palette (Ctrl/Cmd K): one field to go, find, and act. Results come from the server as list items; what can be done
// on this page (elements with data-action-label, or a named key) is put above them. Without scripts its opener is a link
// to the search page.
import { activate, display, keyLabel } from "./keys";
import { closest, debounce, fragmentHeaders, isComposing, isVisible, text } from "./page";

const WAIT = 80;
const MOST_ACTIONS = 8;
let asked = 0;
const actions = new WeakMap<Element, HTMLElement>();

function palette(): HTMLDialogElement | null {
  return document.getElementById("palette") as HTMLDialogElement | null;
}

function field(): HTMLInputElement | null {
  return palette()?.querySelector<HTMLInputElement>('input[name="q"]') ?? null;
}

function list(): HTMLElement | null {
  return palette()?.querySelector<HTMLElement>('[role="listbox"]') ?? null;
}

function options(): HTMLElement[] {
  return [...(list()?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])];
}

function pageActions(query: string): HTMLElement[] {
  const wanted = query.toLocaleLowerCase();
  const seen = new Set<string>();
  // What stands in a closed menu of the ticket can be done as well: that is what one types its name for.
  const inMenu = ".ticket-head .menu-item";
  const found = [...document.querySelectorAll<HTMLElement>(`[data-action-label], [data-key][data-key-label], ${inMenu}`)]
    .filter((element) => !palette()?.contains(element) && element.dataset.dialogOpen !== "palette")
    .filter((element) => element.matches(inMenu) || isVisible(element))
    .filter((element) => keyLabel(element).toLocaleLowerCase().includes(wanted))
    .reverse() // of many with one name the newest is meant
    .filter((element) => !seen.has(keyLabel(element)) && seen.add(keyLabel(element)))
    .reverse()
    .slice(0, MOST_ACTIONS)
    .map(actionItem);
  return found.length ? [group(text("pageActions")), ...found] : [];
}

function actionItem(element: HTMLElement): HTMLElement {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = keyLabel(element);
  item.append(words);
  if (element.dataset.key) {
    const mark = document.createElement("kbd");
    const menu = element.closest<HTMLElement>(".menu-list")?.closest<HTMLElement>("details[data-key]")?.dataset.key;
    mark.textContent = menu ? `${menu} ${element.dataset.key}` : display(element.dataset.key);
    item.append(mark);
  }
  actions.set(item, element);
  return item;
}

function group(label: string): HTMLElement {
  const item = document.createElement("li");
  item.className = "palette-group";
  item.setAttribute("role", "presentation");
  item.textContent = label;
  return item;
}

async function search(): Promise<void> {
  const [dialog, input, results] = [palette(), field(), list()];
  const url = dialog?.dataset.paletteUrl;
  if (!dialog?.open || !input || !results || !url) return;
  const query = input.value.trim();
  const mine = ++asked;
  const answer = await fetch(`${url}?${new URLSearchParams({ q: query })}`, {
    headers: fragmentHeaders("ul#palette-list"),
  }).catch(() => null);
  if (mine !== asked) return; // a newer question is under way
  results.innerHTML = answer?.ok ? await answer.text() : "";
  results.prepend(...pageActions(query));
  for (const [at, option] of options().entries()) option.id = `palette-option-${at}`;
  if (!options().length) {
    const none = document.createElement("li");
    none.className = "palette-empty";
    none.setAttribute("role", "presentation");
    none.textContent = text("empty");
    results.replaceChildren(none);
  }
  choose(Math.max(0, options().findIndex((option) => isMeant(option, query))));
}

/** Who types a number means that ticket, who types a name in full that very thing, wherever it stands in the list. */
function isMeant(option: HTMLElement, query: string): boolean {
  const number = /^[#＃]?(\d+)$/u.exec(query)?.[1];
  if (number) return option.dataset.href?.split("?")[0] === `/tickets/${number}`;
  const name = option.querySelector("span")?.textContent?.trim().toLocaleLowerCase();
  return Boolean(query) && name === query.toLocaleLowerCase();
}

const searchSoon = debounce(WAIT, () => void search());

function chosen(): number {
  return options().findIndex((option) => option.getAttribute("aria-selected") === "true");
}

function choose(at: number): void {
  const all = options();
  const next = all[(at + all.length) % all.length];
  for (const option of all) option.setAttribute("aria-selected", String(option === next));
  next?.scrollIntoView({ block: "nearest" });
  if (next) field()?.setAttribute("aria-activedescendant", next.id);
  else field()?.removeAttribute("aria-activedescendant");
}

function run(option: HTMLElement, newTab: boolean): void {
  const action = actions.get(option);
  palette()?.close();
  if (action) activate(action);
  else if (option.dataset.href && newTab) window.open(option.dataset.href, "_blank", "noopener");
  else if (option.dataset.href) location.assign(option.dataset.href);
}

document.addEventListener("mainstay:open", (event) => {
  if (event.target !== palette()) return;
  field()?.select();
  void search();
});

document.addEventListener("input", (event) => {
  if (event.target === field()) searchSoon();
});

document.addEventListener("keydown", (event) => {
  if (!palette()?.open || isComposing(event)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(chosen() + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Escape") {
    event.preventDefault(); // a search field would only be emptied
    palette()?.close();
  } else if (event.key === "Enter") {
    const option = options()[chosen()];
    if (!option) return; // the form goes to the search page
    event.preventDefault();
    run(option, event.ctrlKey || event.metaKey);
  }
});

document.addEventListener("click", (event) => {
  const option = closest(event, '#palette [role="option"]');
  if (option) run(option, event.ctrlKey || event.metaKey);
});
