// Configuration of htmx, handed over as the meta element it reads when it is loaded. Kept out of the templates so that
// it cannot differ from page to page. It deliberately injects no styles (strict CSP) and never swaps an error page into
// a fragment: those answers become a toast (see htmx-hooks.ts).
const meta = document.createElement("meta");
meta.name = "htmx-config";
meta.content = JSON.stringify({
  includeIndicatorCSS: false,
  noSwap: [204, 304, 401, 403, 404, 409, 413, 429, "5xx"],
  defaultTimeout: 30_000,
});
document.head.append(meta);
