// What this house adds to htmx: the CSRF header on every request, errors as toasts, no second request of a form that is
// still under way, and open <details> that stay open when live updates morph the page under the reader.
import htmx from "htmx.org";
import { csrfToken, text } from "./page";
import { toast } from "./toast";

const busy = new WeakSet<Element>();
let keepingPlace = false;

/** Runs a swap that must not fold what the reader has unfolded, nor unmark the row on screen: the server that renders
 * a live fragment knows neither. Morphing is synchronous inside htmx.swap. */
export function swapKeepingPlace(context: Parameters<typeof htmx.swap>[0]): Promise<void> {
  keepingPlace = true;
  try {
    return htmx.swap(context);
  } finally {
    keepingPlace = false;
  }
}

htmx.registerExtension("mainstay", {
  htmx_before_morph_attr: (element: Element, { attrName }: { attrName: string }) =>
    // A card that its reader opened stays open through their own changes, too: only they know why they opened it.
    !(attrName === "open" && element.matches("details.card[id]")) &&
    !(
      keepingPlace &&
      ((attrName === "open" && element.matches("details, dialog")) ||
        (attrName === "aria-current" && element.matches("[data-row] a")))
    ),
});

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  request.headers["X-CSRF-Token"] = csrfToken();
  if (request.method !== "GET" && busy.has(sourceElement)) event.preventDefault();
});

document.addEventListener("htmx:before:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (request.method !== "GET") busy.add(sourceElement);
});

document.addEventListener("htmx:finally:request", (event) => {
  busy.delete(event.detail.ctx.sourceElement);
});

document.addEventListener("htmx:response:error", (event) => {
  const response = event.detail.ctx.response;
  if (!response || response.status === 422) return;
  if (response.status === 401) {
    location.reload(); // the session is over: the server shows the sign-in page and comes back here
    return;
  }
  if (!response.headers.get("HX-Trigger")?.includes("toast")) toast({ kind: "danger", message: text("error") });
});

document.addEventListener("htmx:error", () => toast({ kind: "danger", message: text("unreachable") }));
