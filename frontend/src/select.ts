// Selecting rows for a bulk edit. The checkboxes belong to the bulk form by their form attribute, so it sends them
// without our help; this shows the bar with the count, takes ranges with Shift, and clears.
import htmx from "htmx.org";
import { closest, text } from "./page";

let last: HTMLInputElement | null = null;

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[data-select]")];
}

function refresh(): void {
  const bar = document.querySelector<HTMLElement>("[data-bulk]");
  if (!bar) return;
  const all = boxes();
  const count = all.filter((box) => box.checked).length;
  bar.hidden = count === 0;
  const label = bar.querySelector("[data-bulk-count]");
  if (label) label.textContent = text("selected", { n: count }) || String(count);
  const every = document.querySelector<HTMLInputElement>("[data-select-all]");
  if (every) {
    every.checked = count > 0 && count === all.length;
    every.indeterminate = count > 0 && count < all.length;
  }
}

function fillRange(from: HTMLInputElement, to: HTMLInputElement): void {
  const all = boxes();
  const [start, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b) as [number, number];
  if (start >= 0) for (const box of all.slice(start, end + 1)) box.checked = to.checked;
}

document.addEventListener("click", (event) => {
  const box = closest<HTMLInputElement>(event, "input[data-select]");
  if (box) {
    if (event.shiftKey && last?.isConnected) fillRange(last, box);
    last = box;
    refresh();
  } else if (closest(event, "[data-bulk-clear]")) {
    for (const each of boxes()) each.checked = false;
    refresh();
  }
});

document.addEventListener("change", (event) => {
  const every = closest<HTMLInputElement>(event, "[data-select-all]");
  if (every) for (const box of boxes()) box.checked = every.checked;
  if (every) refresh();
});

document.addEventListener("htmx:after:swap", refresh);
htmx.onLoad(refresh);
refresh();
