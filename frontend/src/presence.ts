// Who else has this ticket open. A window that shows one says every twenty seconds that it is there, and at once when
// somebody begins or stops to write in it; the server forgets who was not heard of for forty-five.
import { closest, csrfToken } from "./page";

const BEAT = 20_000;
const STILL = 8_000;
let shown: string | undefined;
let typing = false;
let typed = 0;

function place(): string | undefined {
  return document.querySelector<HTMLElement>("[data-presence-url]")?.dataset.presenceUrl;
}

function tell(url: string, fields: Record<string, string>): void {
  void fetch(url, {
    method: "PUT",
    headers: { "X-CSRF-Token": csrfToken(), "X-Live": "true" },
    body: new URLSearchParams(fields),
    keepalive: true,
  }).catch(() => undefined);
}

function beat(): void {
  if (shown && !document.hidden) tell(shown, { typing: String(typing) });
}

/** The detail changes without a new page: the old ticket is left, the new one entered. */
function look(): void {
  const url = place();
  if (url === shown) return;
  if (shown) tell(shown, { gone: "true" });
  shown = url;
  typing = false;
  beat();
}

document.addEventListener("input", (event) => {
  if (!closest(event, "form[data-composer]")) return;
  clearTimeout(typed);
  typed = window.setTimeout(() => {
    typing = false;
    beat();
  }, STILL);
  if (typing) return;
  typing = true;
  beat();
});

document.addEventListener("htmx:after:swap", look);
document.addEventListener("visibilitychange", beat);
window.addEventListener("pagehide", () => {
  if (shown) tell(shown, { gone: "true" });
  shown = undefined;
});
window.setInterval(() => {
  look();
  beat();
}, BEAT);
look();
