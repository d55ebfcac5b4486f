// Where the keyboard is. After a change took away what had the focus, the next thing beside it gets it, so that a list is
// worked off without walking through the page again; and from a search field the arrow keys go into what it found
// (data-arrows names that list). Deliberately moves nothing while something still has the focus.
import { closest, isComposing, isVisible } from "./page";

const FOCUSABLE = "summary, a[href], button, input:not([type=hidden]), select, textarea";

/** Milliseconds after which all parts of an answer stand on the page. */
const SWAPPED = 50;
/** The identifiers around what had the focus when a change was sent, from the inside out. */
let around: string[] = [];

function first(root: Element): HTMLElement | undefined {
  const all = [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (each) => isVisible(each) && !each.matches(".back, :disabled, [data-dialog-close]"),
  );
  return all.find((each) => each.matches(".button-primary") && !each.closest("dialog, aside, details")) ?? all[0];
}

document.addEventListener("htmx:before:request", (event) => {
  around = [];
  if (event.detail.ctx.request.method === "GET") return;
  for (let each = document.activeElement; each; each = each.parentElement) if (each.id) around.push(each.id);
});

// What comes later, another's change for instance, has nothing to do with this one.
document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail.ctx.request.method !== "GET") setTimeout(() => (around = []), SWAPPED);
});

// A notice is put away by hand without leaving what is being written.
document.addEventListener("mousedown", (event) => {
  if (closest(event, ".notices button")) event.preventDefault();
});

document.addEventListener("htmx:after:swap", () => {
  const active = document.activeElement;
  if (!around.length || (active && active !== document.body && !(active instanceof HTMLDialogElement))) return;
  for (const id of around) {
    const place = document.getElementById(id);
    const next = place && !place.matches("main, #detail, article") && first(place);
    if (!next) continue;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    break;
  }
  around = [];
});

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const field = closest(event, "input[data-arrows]");
  const listed = closest(event, ".choice");
  const owner = field ?? document.querySelector<HTMLElement>("input[data-arrows]");
  const choices = [...(document.getElementById(owner?.dataset.arrows ?? "")?.querySelectorAll<HTMLElement>(".choice") ?? [])];
  if (!owner || !choices.length || !(field || (listed && choices.includes(listed)))) return;
  event.preventDefault();
  const at = (listed ? choices.indexOf(listed) : -1) + (event.key === "ArrowDown" ? 1 : -1);
  (at < 0 ? owner : choices[Math.min(at, choices.length - 1)])?.focus();
});
