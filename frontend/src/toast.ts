// Short messages in the corner. They come from the server: as an HX-Trigger event named "toast", or as
// <template data-toast> in a page or fragment. Errors stay until dismissed; the rest leave after a while, but not while
// the pointer or the focus is on them, and at once when the next success is told: who works fast shall not look through a
// pile of them.
import htmx from "htmx.org";
import { text } from "./page";

export interface Toast {
  message: string;
  kind?: string;
  href?: string;
  action?: string;
}

const STAY = 6_000;

export function toast({ message, kind = "info", href, action }: Toast): void {
  const corner = document.getElementById("toasts");
  if (!corner || !message) return;
  const box = document.createElement("div");
  box.className = `toast toast-${kind}`;
  const words = document.createElement("span");
  words.textContent = message;
  box.append(words);
  if (href && action) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = action;
    box.append(link);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button-quiet button-icon";
  close.setAttribute("aria-label", text("close") || "×");
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(close);
  if (kind === "success") for (const told of corner.querySelectorAll(".toast-success")) told.remove();
  corner.append(box);
  if (kind !== "danger") leaveLater(box);
}

function leaveLater(box: HTMLElement): void {
  window.setTimeout(() => (box.matches(":hover, :focus-within") ? leaveLater(box) : box.remove()), STAY);
}

function showTemplates(root: ParentNode): void {
  for (const template of root.querySelectorAll<HTMLTemplateElement>("template[data-toast]")) {
    toast({ message: template.content.textContent?.trim() ?? "", kind: template.dataset.kind });
    template.remove();
  }
}

document.addEventListener("toast", (event) => {
  const detail = (event as CustomEvent).detail;
  toast(detail.message ? detail : { message: String(detail.value ?? "") });
});
showTemplates(document);
htmx.onLoad((element) => showTemplates(element));
