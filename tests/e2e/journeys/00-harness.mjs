// The harness itself: what it is there to catch, it catches. Pages come from a tiny server of its own.
import assert from "node:assert/strict";
import { createServer } from "node:http";

export const title = "The harness sees what must not happen, and sees nothing where nothing is wrong";
export const server = "none";

const PAGE = (body, head = "") =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Page</title>` +
  `<link rel="icon" href="data:,">${head}</head><body><main><h1>Page</h1>${body}</main></body></html>`;

const PAGES = {
  "/good": PAGE("<p>Nothing is wrong here.</p>"),
  "/unlabelled": PAGE("<p>Name: <input></p>"),
  "/pale": PAGE("<p>Read me if you can.</p>", '<link rel="stylesheet" href="/pale.css">'),
  "/inline": PAGE("<script>document.title = 'taken over'</script>"),
  "/throws": PAGE("", '<script src="/throws.js"></script>'),
  "/missing": PAGE('<img src="/nowhere.png" alt="">'),
  "/wide": PAGE("", '<link rel="stylesheet" href="/wide.css">'),
  "/keys": PAGE('<p id="heard"></p>', '<script src="/keys.js" defer></script>'),
  "/throws.js": "undefinedFunction()",
  "/keys.js": "addEventListener('keydown', (event) => { document.getElementById('heard').textContent += (event.ctrlKey ? '^' : '') + event.key })",
  "/pale.css": "p { color: #ccc; background: #fff }",
  "/wide.css": "main { width: 700px }",
};
const TYPES = { js: "text/javascript", css: "text/css" };

export default async function ({ open, shot, axe, press, check, step, tolerate, faults }) {
  const site = createServer((request, response) => {
    const body = PAGES[request.url];
    if (request.url === "/broken") response.statusCode = 500;
    else if (request.url === "/refused") response.statusCode = 422;
    else if (body === undefined) response.statusCode = 404;
    response.setHeader("Content-Type", TYPES[request.url.split(".")[1]] ?? "text/html");
    response.setHeader("Content-Security-Policy", "default-src 'self'; img-src 'self' data:");
    response.end(body ?? PAGES["/good"]);
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${site.address().port}`;
  const visit = async (path) => {
    const page = await open();
    await page.goto(base + path, { waitUntil: "load" });
    await page.waitForTimeout(50);
    return page;
  };
  /** The faults one page made; taken out, so that they do not fail this journey. */
  const faultsOf = async (path) => {
    await visit(path);
    return faults.splice(0).join("\n");
  };
  try {
    await step("lets a good page pass", async () => {
      const page = await visit("/good");
      await axe(page);
      await shot(page, "good");
      check(faults).is([]);
    });
    await step("finds a field without a label", async () => {
      await assert.rejects(axe(await visit("/unlabelled")), /label/);
    });
    await step("finds pale text", async () => {
      await assert.rejects(axe(await visit("/pale")), /color-contrast/);
    });
    await step("finds a page wider than the phone", async () => {
      await assert.rejects(shot(await visit("/wide"), "wide"), /wider than a screen of 390/);
    });
    await step("hears a violation of the content security policy", async () => {
      check(await faultsOf("/inline")).matches(/CSP: script-src-elem refused inline/);
    });
    await step("hears exceptions, missing files, and broken answers", async () => {
      check(await faultsOf("/throws")).includes("undefinedFunction is not defined");
      check(await faultsOf("/missing")).includes("404");
      check(await faultsOf("/broken")).includes("500 from");
    });
    await step("does not mind a refused form, nor what was announced", async () => {
      check(await faultsOf("/refused")).is("");
      const page = await open();
      tolerate(page, /404/);
      await page.goto(`${base}/missing`);
      check(faults).is([]);
    });
    await step("presses keys one after the other", async () => {
      const page = await visit("/keys");
      await press(page, "Control+k", "j", "Enter");
      check(await page.textContent("#heard")).is("Control^kjEnter".replace("Control", "^Control"));
    });
  } finally {
    site.close();
  }
}
