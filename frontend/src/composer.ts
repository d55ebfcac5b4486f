// The composer under a conversation: reply or note, Ctrl+Enter sends, Ctrl+Shift+Enter sends and goes on to the next
// ticket, and what is typed is kept on the server as a draft. The server renders the saved draft; this only saves.
import { csrfToken, closest, isComposing, text } from "./page";
import { clearUploads } from "./upload";

const SAVE_AFTER = 800;
/** Tells the windows of one person apart. */
const WINDOW = Math.random().toString(36).slice(2);
const pending = new Map<HTMLFormElement, number>();
const saving = new WeakMap<HTMLFormElement, AbortController>();

function body(form: HTMLFormElement): HTMLTextAreaElement | null {
  return form.querySelector("textarea");
}

function status(form: HTMLFormElement, words: string): void {
  const place = form.querySelector("[data-draft-status]");
  if (place) place.textContent = words;
}

async function save(form: HTMLFormElement): Promise<void> {
  clearTimeout(pending.get(form));
  pending.delete(form);
  const url = form.dataset.draftUrl;
  const area = body(form);
  if (!url || !area) return;
  saving.get(form)?.abort();
  const controller = new AbortController();
  saving.set(form, controller);
  const kind = form.querySelector<HTMLInputElement>('[name="kind"]:checked')?.value ?? "reply";
  const sent = fetch(url, {
    method: "PUT",
    headers: { "X-CSRF-Token": csrfToken() },
    body: new URLSearchParams({ kind, body: area.value, read_at: form.dataset.draftAt ?? "0", window: WINDOW }),
    signal: controller.signal,
    keepalive: true,
  });
  try {
    const answer = await sent;
    form.dataset.draftAt = answer.headers.get("x-draft-at") ?? form.dataset.draftAt ?? "0";
    const replaced = answer.headers.has("x-draft-replaced") ? text("draftReplaced") : "";
    status(form, answer.ok ? replaced || text("draftSaved") : text("draftFailed"));
  } catch {
    if (!controller.signal.aborted) status(form, text("draftFailed"));
  }
}

function saveLater(form: HTMLFormElement): void {
  if (!form.dataset.draftUrl) return;
  clearTimeout(pending.get(form));
  pending.set(form, window.setTimeout(() => void save(form), SAVE_AFTER));
  status(form, "");
}

function saveNow(): void {
  for (const form of [...pending.keys()]) void save(form);
  for (const form of [...filling.keys()]) keepForm(form);
}

/** A draft must not arrive after the text was sent, or it would come back from the dead. */
function forgetDraft(form: HTMLFormElement): void {
  clearTimeout(pending.get(form));
  pending.delete(form);
  saving.get(form)?.abort();
}

function empty(form: HTMLFormElement): void {
  const area = body(form);
  if (area) {
    area.value = "";
    area.defaultValue = "";
    if (area.dataset.rows) area.rows = Number(area.dataset.rows);
  }
  for (const error of form.querySelectorAll(".error")) error.remove();
  area?.removeAttribute("aria-invalid");
  clearUploads(form);
  delete form.dataset.begun;
  form.querySelector('[name="warned"]')?.remove();
  const send = form.querySelector<HTMLElement>("[data-send][data-label]");
  if (send) send.textContent = send.dataset.label ?? "";
  status(form, "");
}

/** Who begins to write has seen what stands above: only what comes later is news. */
function begin(form: HTMLFormElement): void {
  const seen = form.querySelector<HTMLInputElement>('[name="seen"]');
  const shown = form.closest(".ticket")?.querySelector<HTMLElement>("[data-seen]")?.dataset.seen;
  if (seen && shown && !form.dataset.begun) seen.value = shown;
  form.dataset.begun = "true";
}

document.addEventListener("input", (event) => {
  const form = closest<HTMLFormElement>(event, "form[data-composer]");
  if (form) begin(form);
  if (form) saveLater(form);
  const filled = closest<HTMLFormElement>(event, "form[data-form-draft-url]");
  if (filled) {
    clearTimeout(filling.get(filled));
    filling.set(filled, window.setTimeout(() => keepForm(filled), SAVE_AFTER));
  }
});

// Other forms of a ticket (the resolution, a hand-off) are kept as they are being filled in.
const filling = new Map<HTMLFormElement, number>();

function keepForm(form: HTMLFormElement): void {
  clearTimeout(filling.get(form));
  filling.delete(form);
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrf") fields.append(name, value);
  }
  void fetch(form.dataset.formDraftUrl ?? "", {
    method: "PUT",
    headers: { "X-CSRF-Token": csrfToken() },
    body: fields,
    keepalive: true,
  }).catch(() => undefined);
}

document.addEventListener("change", (event) => {
  const choice = event.target;
  if (!(choice instanceof HTMLInputElement) || choice.name !== "kind") return;
  const form = choice.closest<HTMLFormElement>("form[data-composer]");
  if (form && choice.dataset.action) {
    form.action = choice.dataset.action;
    if (form.hasAttribute("hx-post")) form.setAttribute("hx-post", choice.dataset.action);
  }
});

// `r` and `n` choose the tab and put the cursor into the text.
document.addEventListener("mainstay:key", (event) => {
  const form = closest<HTMLFormElement>(event, "form.composer");
  if (!form) return;
  body(form)?.focus();
  form.scrollIntoView({ block: "nearest" });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isComposing(event)) return;
  const form = closest<HTMLFormElement>(event, "form");
  if (!form) return;
  const main = "button.button-primary:not([type=button])"; // a form that names no button means its main one
  const submitter = event.shiftKey
    ? form.querySelector<HTMLButtonElement>("[data-send-next]")
    : (form.querySelector<HTMLButtonElement>("[data-send]") ?? form.querySelector<HTMLButtonElement>(main));
  if (!submitter && !form.matches("[data-composer]")) return;
  event.preventDefault();
  form.requestSubmit(submitter);
});

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.matches("[data-composer]")) forgetDraft(form);
  clearTimeout(filling.get(form));
  filling.delete(form);
});

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (!(sourceElement instanceof HTMLFormElement) || !sourceElement.matches("[data-composer]")) return;
  if (response && response.status < 400) empty(sourceElement);
  else saveLater(sourceElement);
});

document.addEventListener("htmx:before:swap", saveNow);
window.addEventListener("pagehide", saveNow);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) saveNow();
});
