// A house of a journey's own: commands of the program, its sign-in, its mailbox, and letters as people's programs write them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { built } from "./server.mjs";

export const PASSWORD = "rock in midstream";
export const DESK = "helpdesk@example.test";

/** Runs a command of the program to its end, with one line of input. */
export async function run(args, input, env = {}) {
  const child = spawn(built("mainstay"), args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (said += chunk));
  child.stdin.end(`${input}\n`);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`mainstay ${args.join(" ")} ended with ${code}:\n${said}`);
  return said;
}

/** A port that nobody listens on. */
export async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A mail as a mail program writes it: UTF-8 in base64, the subject encoded. */
export function letter({ from, name, subject, body, headers = [] }) {
  const word = (text) => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`;
  return [
    `From: ${word(name)} <${from}>`, `To: <${DESK}>`, `Subject: ${word(subject)}`, `Message-ID: <${Math.random().toString(36).slice(2)}@example.test>`,
    `Date: ${new Date().toUTCString()}`, ...headers, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
    Buffer.from(body).toString("base64"), "",
  ].join("\r\n");
}

/** The plain text of a mail of the house, and its headers with folded lines joined. */
export function read(raw) {
  const [head, ...rest] = raw.replace(/\r\n/g, "\n").split("\n\n");
  const headers = head.replace(/\n[ \t]+/g, " ");
  const all = rest.join("\n\n");
  const part = all.match(/Content-Type: text\/plain[\s\S]*?\n\n([\s\S]*?)(?=\n--|$)/i);
  const encoding = (part ? part[0] : headers).match(/Content-Transfer-Encoding: (\S+)/i)?.[1]?.toLowerCase();
  const body = part ? part[1] : all;
  const quoted = () => Buffer.from(body.replace(/=\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1").toString("utf8");
  const text = encoding === "base64" ? Buffer.from(body, "base64").toString("utf8") : encoding === "quoted-printable" ? quoted() : Buffer.from(body, "latin1").toString("utf8");
  const header = (name) => headers.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1];
  return { header, text };
}

/** The sign-in of another server than the shared one. */
export async function signIn(page, url, address) {
  await page.goto(`${url}/sign-in`);
  await page.fill("[name=email]", address);
  await page.fill("[name=password]", PASSWORD);
  await page.press("[name=password]", "Enter");
  await page.waitForURL((to) => !to.pathname.startsWith("/sign-in"));
}

/** The administrator gives the desk its mailbox, and both of its servers answer. */
export async function connectMailbox({ open, url, mail, check }) {
  const page = await open({ locale: "en" });
  const authority = await readFile(mail.authority, "utf8").catch(() => mail.authority);
  await signIn(page, url, "admin@example.test");
  await page.goto(`${url}/settings/mailboxes`);
  const [host, imap] = mail.imaps.split(":");
  const [, smtp] = mail.smtps.split(":");
  // A fresh installation has one mailbox, which knows no server yet.
  const known = page.locator("main a[href^='/settings/mailboxes/']:not([href$=new])").first();
  await page.goto(url + ((await known.count()) > 0 ? await known.getAttribute("href") : "/settings/mailboxes/new"));
  const form = page.locator("form[data-dirty-guard]");
  const fields = {
    name: "IT", address: DESK, imap_host: host, imap_port: imap, imap_user: DESK, imap_password: "secret",
    smtp_host: host, smtp_port: smtp, smtp_user: DESK, smtp_password: "secret", authority,
  };
  for (const details of await form.locator("details:not([open]) > summary").all()) await details.click();
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name=${name}]`).fill(value);
  for (const name of ["imap_security", "smtp_security"]) await form.locator(`[name=${name}]`).selectOption("implicit");
  await form.locator("[name=enabled]").check();
  await form.locator("button.button-primary").click();
  await page.waitForLoadState("load");
  check(await page.locator("main [role=alert]").allInnerTexts()).is([]);
  await page.goto(`${url}/settings/mailboxes`);
  await page.locator("main a[href^='/settings/mailboxes/']:not([href$=new])").first().click();
  await page.locator("form[action$='/check'] button").click();
  await page.waitForLoadState("load");
  check(await page.locator("main .chip-danger").allInnerTexts()).is([], "a server refused");
  check(await page.locator("main .chip-success").count()).is(2, "both servers answer");
  await page.context().close();
}
