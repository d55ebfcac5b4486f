// Changing tickets by dragging them: a row, or all that are selected, onto a queue in the rail or a place of the bar that
// appears meanwhile (data-drop names the change). It presses a button of the bulk form, so that rights, refusals, and the
// way back are the form's; whoever has no mouse uses that form. Nothing is dragged within the list: its order is not theirs.
import { closest, text } from "./page";

let dragged: HTMLInputElement[] = [];

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[data-select]")];
}

function show(dragging: boolean): void {
  document.body.toggleAttribute("data-dragging", dragging);
  for (const bar of document.querySelectorAll<HTMLElement>("[data-drops]")) bar.hidden = !dragging;
}

/** What follows the pointer: how many, not a picture of one row. */
function label(count: number): HTMLElement {
  const words = document.createElement("div");
  words.className = "drag-label";
  words.textContent = text("selected", { n: count }) || String(count);
  document.body.append(words);
  window.setTimeout(() => words.remove());
  return words;
}

document.addEventListener("dragstart", (event) => {
  const own = closest(event, "[data-row]")?.querySelector<HTMLInputElement>("[data-select]");
  if (!own || !event.dataTransfer || !document.querySelector("[data-drops]")) return;
  dragged = own.checked ? boxes().filter((box) => box.checked) : [own];
  event.dataTransfer.effectAllowed = "copyMove";
  event.dataTransfer.setDragImage(label(dragged.length), 0, 0);
  // A page that changes while the browser begins to drag ends the dragging.
  window.setTimeout(() => show(true));
});

document.addEventListener("dragend", () => {
  dragged = [];
  show(false);
  mark(null);
});

function mark(place: HTMLElement | null): void {
  for (const other of document.querySelectorAll(".drop-over")) if (other !== place) other.classList.remove("drop-over");
  place?.classList.add("drop-over");
}

function over(event: DragEvent): void {
  if (!dragged.length) return;
  const place = closest(event, "[data-drop]");
  mark(place);
  if (place) event.preventDefault();
}

document.addEventListener("dragenter", over);
document.addEventListener("dragover", over);

document.addEventListener("drop", (event) => {
  const place = closest(event, "[data-drop]");
  const form = dragged[0]?.form;
  if (!place || !form) return;
  event.preventDefault();
  for (const box of boxes()) box.checked = dragged.includes(box);
  const button = document.createElement("button");
  button.name = "do";
  button.value = place.dataset.drop ?? "";
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
});
