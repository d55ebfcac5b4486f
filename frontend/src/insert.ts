// A button that puts a text into what is being written: `data-insert` holds the text, and its form names the place with
// `data-inserts` (the id of the form of the reply). The form itself goes to the server as any other, which keeps that the text
// was used; without scripts the server puts the text into the kept draft.
import { closest } from "./page";

/** Behind what stands there, with a gap, or where the cursor is; so that the browser can undo it. */
function put(area: HTMLTextAreaElement, text: string): void {
  area.focus();
  const before = area.value.slice(0, area.selectionStart);
  const gap = before.trim() === "" ? "" : before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  if (!document.execCommand("insertText", false, gap + text)) {
    area.setRangeText(gap + text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const button = closest<HTMLElement>(event, "button[data-insert]");
  const place = button?.closest<HTMLElement>("form[data-inserts]")?.dataset.inserts;
  const area = place ? document.getElementById(place)?.querySelector("textarea") : null;
  if (button && area) put(area, button.dataset.insert ?? "");
});
