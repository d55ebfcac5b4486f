// What can be done for a short while only: a form with data-until goes when the time is over. The server decides again.
import htmx from "htmx.org";

function watch(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLElement>("form[data-until]")) {
    const left = Date.parse(form.dataset.until ?? "") - Date.now();
    window.setTimeout(() => form.remove(), Math.max(0, left));
  }
}

htmx.onLoad((element) => watch(element));
watch(document);
