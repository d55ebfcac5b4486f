// Forms: no double submit, a warning before unsent changes are lost, submit on change, textareas that grow, focus on
// what went wrong, and copying. Validation itself is the server's.
import htmx from "htmx.org";
import { closest, text } from "./page";
import { toast } from "./toast";

const dirty = new Set<HTMLFormElement>();
const underWay = new WeakSet<HTMLFormElement>();

/** True when the element holds a form with changes that were not sent yet. */
export function holdsChanges(element: Element): boolean {
  for (const form of dirty) if (form.isConnected && (element.contains(form) || form.contains(element))) return true;
  return false;
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field instanceof HTMLTextAreaElement && field.hasAttribute("data-autosize")) grow(field);
  const form = (field as HTMLInputElement).form;
  if (form && sends(form) && !closest(event, "[data-select]")) dirty.add(form);
});

/** Through the attribute: a field named "method" would hide the property. */
function sends(form: HTMLFormElement): boolean {
  return form.getAttribute("method")?.toLowerCase() === "post" || form.hasAttribute("hx-post");
}

document.addEventListener("reset", (event) => dirty.delete(event.target as HTMLFormElement));

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  dirty.delete(form);
  if (event.defaultPrevented || !sends(form)) return; // htmx sends it (see htmx-hooks.ts)
  if (underWay.has(form)) {
    event.preventDefault();
    return;
  }
  underWay.add(form);
});

// A page that comes back from the browser's memory may be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) underWay.delete(form);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) {
    if (form.isConnected && form.hasAttribute("data-dirty-guard")) event.preventDefault();
  }
});

// A suggestion fills its field, as if it had been chosen by hand.
document.addEventListener("click", (event) => {
  const button = closest<HTMLButtonElement>(event, "button[data-fill]");
  const field = button?.form?.elements.namedItem(button.dataset.fill ?? "");
  if (!button || !(field instanceof HTMLSelectElement)) return;
  field.value = button.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  button.disabled = true;
});

// A form that stays on the page after it was sent is empty again: morphing keeps what was typed. A choice marked data-keep
// stays: who writes to colleagues goes on writing to colleagues, and the next line must not go to the requester.
document.addEventListener("htmx:finally:request", (event) => {
  const { sourceElement, response, request } = event.detail.ctx;
  if (!(sourceElement instanceof HTMLFormElement) || sourceElement.matches("[data-composer]")) return;
  if (response && response.status < 400 && request.method !== "GET" && sourceElement.isConnected) empty(sourceElement);
});

function empty(form: HTMLFormElement): void {
  const kept = [...form.querySelectorAll<HTMLInputElement>("input[type=radio][data-keep]:checked")];
  form.reset();
  for (const choice of kept) choice.checked = true;
}

document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.closest("[data-submit-on-change]")) field.form?.requestSubmit();
});

/** By the number of rows and not by a style: htmx copies attributes between old and new content, and the CSP lets no style be copied. */
function grow(area: HTMLTextAreaElement): void {
  const least = Number((area.dataset.rows ??= String(area.rows)));
  area.rows = least;
  const { lineHeight, fontSize, paddingBlockStart, paddingBlockEnd } = getComputedStyle(area);
  const line = parseFloat(lineHeight) || parseFloat(fontSize) * 1.5;
  const text = area.scrollHeight - parseFloat(paddingBlockStart) - parseFloat(paddingBlockEnd);
  area.rows = Math.max(least, Math.ceil(text / line - 0.1));
}

export function prepare(root: ParentNode): void {
  for (const area of root.querySelectorAll<HTMLTextAreaElement>("textarea[data-autosize]")) if (area.value) grow(area);
  // A form that came back with errors holds what was typed and is not saved.
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-dirty-guard]:has([aria-invalid='true'])")) dirty.add(form);
  const on = root.querySelector<HTMLElement>("[data-focus-on]")?.dataset.focusOn;
  (root.querySelector<HTMLElement>("[data-focus]") ?? (on ? document.getElementById(on) : null))?.focus();
}
prepare(document);
htmx.onLoad((element) => prepare(element));

document.addEventListener("click", (event) => {
  const copier = closest(event, "[data-copy]");
  if (!copier) return;
  event.preventDefault();
  void navigator.clipboard
    ?.writeText(copier.dataset.copy ?? "")
    .then(() => toast({ kind: "success", message: copier.dataset.copied ?? text("copied") }));
});
