// Attachments: pasted, dragged, or chosen files go into the form's own file input, so that the form sends them like any
// other field; a list under it shows them and lets each be taken out again. Nothing is uploaded ahead of the form.
import { closest, text } from "./page";

const chosen = new WeakMap<HTMLInputElement, File[]>();

function inputsOf(area: Element): HTMLInputElement[] {
  return [...area.querySelectorAll<HTMLInputElement>('input[type="file"]')];
}

function store(input: HTMLInputElement, files: File[]): void {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  chosen.set(input, files);
}

function add(area: Element, input: HTMLInputElement, files: Iterable<File>): void {
  store(input, [...(chosen.get(input) ?? []), ...files]);
  draw(area);
  input.dispatchEvent(new CustomEvent("input", { bubbles: true }));
}

export function clearUploads(form: HTMLFormElement): void {
  for (const area of form.querySelectorAll("[data-upload]")) {
    for (const input of inputsOf(area)) store(input, []);
    draw(area);
  }
}

function draw(area: Element): void {
  const list = area.querySelector("[data-upload-list]");
  if (!list) return;
  for (const picture of list.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
  const limit = Number((area as HTMLElement).dataset.uploadMax) || Infinity;
  list.replaceChildren(
    ...inputsOf(area).flatMap((input) =>
      (chosen.get(input) ?? []).map((file, index) => item(area, input, file, index, file.size > limit)),
    ),
  );
}

function item(area: Element, input: HTMLInputElement, file: File, index: number, tooLarge: boolean): HTMLLIElement {
  const entry = document.createElement("li");
  entry.className = tooLarge ? "upload-item too-large" : "upload-item";
  if (file.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(file);
    picture.alt = "";
    entry.append(picture);
  }
  const name = document.createElement("span");
  name.textContent = tooLarge ? `${file.name}: ${text("tooLarge")}` : `${file.name} · ${size(file.size)}`;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "button button-quiet button-icon";
  remove.setAttribute("aria-label", `${text("remove")} ${file.name}`);
  remove.textContent = "×";
  remove.addEventListener("click", () => {
    store(input, (chosen.get(input) ?? []).filter((_, at) => at !== index));
    draw(area);
  });
  entry.append(name, remove);
  return entry;
}

function size(bytes: number): string {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  const options = { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(document.documentElement.lang || undefined, options).format(value);
}

/** Screenshots come without a name of their own; several in one ticket must not all be "image.png". */
function named(file: File): File {
  if (file.name && file.name !== "image.png") return file;
  const stamp = new Date().toISOString().replace(/[-:]|\..*/g, "");
  return new File([file], `screenshot-${stamp}.png`, { type: file.type });
}

function receiver(event: Event): { area: Element; input: HTMLInputElement } | null {
  const area = closest(event, "[data-upload]") ?? closest(event, "form")?.querySelector("[data-upload]");
  const input = area && inputsOf(area)[0];
  return area && input ? { area, input } : null;
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
  const area = input.closest("[data-upload]");
  if (!area) return;
  const picked = [...(input.files ?? [])];
  store(input, input.multiple ? [...(chosen.get(input) ?? []), ...picked] : picked);
  draw(area);
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const place = files.length ? receiver(event) : null;
  if (!place) return;
  event.preventDefault();
  add(place.area, place.input, files.map(named));
});

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer?.types.includes("Files")) return;
  const place = receiver(event);
  if (!place) return;
  event.preventDefault();
  place.area.classList.add("is-dropping");
});

for (const name of ["dragleave", "drop"] as const) {
  document.addEventListener(name, (event) => receiver(event)?.area.classList.remove("is-dropping"));
}

document.addEventListener("drop", (event) => {
  const files = [...(event.dataTransfer?.files ?? [])];
  const place = files.length ? receiver(event) : null;
  if (!place) return;
  event.preventDefault();
  add(place.area, place.input, files);
});

document.addEventListener("reset", (event) => clearUploads(event.target as HTMLFormElement));
