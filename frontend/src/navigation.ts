// List and detail. Marks the row whose ticket is on screen, starts a new ticket at its top, and brings back earlier states
// of the page on back and forward by morphing <main>, so that the list keeps its place. Deliberately keeps no copies of pages: the server
// renders quickly, and a copy could show what one may no longer see.
import htmx from "htmx.org";
import { isVisible } from "./page";

document.addEventListener("htmx:before:request", (event) => {
  const link = event.detail.ctx.sourceElement;
  if (!link.matches("[data-row] a")) return;
  for (const other of document.querySelectorAll('[data-row] a[aria-current="true"]')) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
});

document.addEventListener("htmx:after:swap", (event) => {
  const { target, swap } = event.detail.ctx;
  if (!(target instanceof Element) || target.id !== "detail" || swap.includes("Morph")) return;
  target.scrollTop = 0;
  const list = document.getElementById("list");
  if (list && isVisible(list)) return; // side by side: the keyboard stays in the list
  target.scrollIntoView({ block: "start" });
  document.getElementById("main")?.focus({ preventScroll: true });
});

// A ticket that was opened by its address stands somewhere in the list beside it.
const current = document.querySelector('#list [data-row] a[aria-current="true"]');
if (current && isVisible(current)) current.closest("[data-row]")?.scrollIntoView({ block: "nearest" });

document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  if (!document.getElementById("main")) {
    location.reload();
    return;
  }
  void htmx.ajax("GET", event.detail.path, {
    target: "#main",
    select: "#main",
    swap: "outerMorph",
    ...(document.getElementById("rail") && { selectOOB: "#rail:outerMorph" }),
    headers: { "HX-History-Restore-Request": "true" },
  });
});
