// Dialogs: opened by links that also work as links (data-dialog-open, data-dialog-href), closed by data-dialog-close,
// by a click beside them, and after a form in them has succeeded; questions before dangerous steps (data-confirm,
// hx-confirm) in a dialog of ours instead of the browser's.
import htmx from "htmx.org";
import { closest, fragmentHeaders, text } from "./page";

export function openDialog(dialog: HTMLDialogElement): void {
  if (dialog.open) return;
  dialog.showModal();
  const field = document.activeElement;
  // What stands in the field is gone on with, not written before.
  if (field instanceof HTMLInputElement && field.type === "text") field.setSelectionRange(-1, -1);
  dialog.dispatchEvent(new CustomEvent("mainstay:open", { bubbles: true }));
}

async function openRemote(href: string): Promise<void> {
  const answer = await fetch(href, { headers: fragmentHeaders("dialog#dialog") }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    location.assign(href);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.id = "dialog";
  dialog.className = "dialog";
  dialog.innerHTML = await answer.text();
  const title = dialog.querySelector("h1, h2, h3");
  if (title) dialog.setAttribute("aria-label", title.textContent?.trim() ?? "");
  dialog.addEventListener("close", () => dialog.remove());
  document.getElementById("dialog")?.remove();
  document.body.append(dialog);
  htmx.process(dialog);
  openDialog(dialog);
}

function button(label: string, classes: string, value: string): HTMLButtonElement {
  const made = document.createElement("button");
  made.className = classes;
  made.value = value;
  made.textContent = label;
  return made;
}

/** Asks and resolves to the answer. Esc and a click beside mean no. */
export function ask(question: string, danger = false, yes = text("ok") || "✓"): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-label", question);
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "form";
  const words = document.createElement("p");
  words.textContent = question;
  const actions = document.createElement("div");
  actions.className = "form-actions";
  actions.append(
    button(text("cancel") || "✕", "button", "no"),
    button(yes, `button button-primary${danger ? " button-danger" : ""}`, "yes"),
  );
  form.append(words, actions);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  if (!danger) (actions.lastElementChild as HTMLElement).focus(); // Enter goes on; before danger it goes back
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

const confirmed = new WeakSet<Element>();

/** Holds back the click or submit of an element with data-confirm, and repeats it after a yes. */
function holdBack(event: Event, asker: HTMLElement, repeat: () => void): void {
  if (confirmed.delete(asker)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const danger = asker.hasAttribute("data-confirm-danger");
  void ask(asker.dataset.confirm ?? "", danger, asker.dataset.confirmYes).then((yes) => {
    if (!yes) return;
    confirmed.add(asker);
    repeat();
  });
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.confirm) holdBack(event, form, () => form.requestSubmit(event.submitter as HTMLElement | null));
  },
  true,
);

document.addEventListener(
  "click",
  (event) => {
    const asker = closest(event, "a[data-confirm], button[data-confirm]");
    if (asker) holdBack(event, asker, () => asker.click());
  },
  true,
);

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const question = ctx.sourceElement.getAttribute("hx-confirm") ?? ctx.sourceElement.getAttribute("data-hx-confirm");
  if (!question) return;
  event.preventDefault();
  const danger = ctx.sourceElement.hasAttribute("data-confirm-danger");
  void ask(question, danger).then((yes) => (yes ? issueRequest() : dropRequest()));
});

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opener = closest(event, "[data-dialog-open], [data-dialog-href]");
  if (opener) {
    const local = document.getElementById(opener.dataset.dialogOpen ?? "");
    if (local instanceof HTMLDialogElement) {
      event.preventDefault();
      openDialog(local);
    } else if (opener.dataset.dialogHref) {
      event.preventDefault();
      void openRemote(opener.dataset.dialogHref);
    }
    return;
  }
  const closer = closest(event, "[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
  } else if (event.target instanceof HTMLDialogElement && isBeside(event.target, event)) {
    event.target.close();
  }
});

/** A click on the backdrop is reported on the dialog itself; padding is too, hence the comparison of places. */
function isBeside(dialog: HTMLDialogElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

document.addEventListener("htmx:after:request", (event) => {
  const { response, request, sourceElement } = event.detail.ctx;
  const dialog = sourceElement.closest("dialog");
  const done = response && response.status < 400 && request.method !== "GET";
  if (dialog && done && !sourceElement.closest("[data-dialog-stay]")) dialog.close();
});

function openMarked(root: ParentNode): void {
  for (const dialog of root.querySelectorAll<HTMLDialogElement>("dialog[data-open]")) openDialog(dialog);
}
openMarked(document);
htmx.onLoad((element) => openMarked(element));
