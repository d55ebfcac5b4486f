// What the screen of a device costs and how quick it is, beside x11vnc's with the same viewer on the same desktop: for reading, not for
// passing. `node figures/screen.mjs` in tests/e2e, on a machine that does nothing else, with an optimised `mainstay-agent` beside the program that `BINARY` names; needs x11vnc, ImageMagick, and, for x11vnc's
// picture without loss, vncdotool (`VNCDO` is its program).
import { execFile, spawn } from "node:child_process";
import { readFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { promisify } from "node:util";
import { enrolmentDocument, startAgent } from "../lib/agent.mjs";
import { launch, Pages, signIn } from "../lib/browser.mjs";
import { until } from "../lib/check.mjs";
import { startDesktop } from "../lib/desktop.mjs";
import { freePort } from "../lib/house.mjs";
import { start } from "../lib/process.mjs";
import { startServer } from "../lib/server.mjs";

const run = promisify(execFile);
const PASSWORD = "rock in midstream";
const CONSENT = "may they see this screen";
const SECONDS = Number(process.env.SECONDS ?? 8);
const SIZES = ["1280x720", "1920x1080"];
const NOVNC = resolve(import.meta.dirname, "../../../frontend/node_modules/@novnc/novnc");
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** A film of 30 frames a second over most of the desktop: nothing in it stands still, and nothing repeats. */
const FILM = `<!doctype html><title>film</title><body style="margin:0;background:#000"><canvas id=c></canvas><script>
const c=document.getElementById("c"),x=c.getContext("2d");let n=0;
const fit=()=>{c.width=innerWidth;c.height=innerHeight};fit();addEventListener("resize",fit);
setInterval(()=>{n++;const g=x.createLinearGradient(0,0,c.width,c.height);
for(let i=0;i<5;i++)g.addColorStop(i/4,"hsl("+((n*3+i*70)%360)+" 70% "+(35+20*Math.sin(n/9+i))+"%)");
x.fillStyle=g;x.fillRect(0,0,c.width,c.height);
for(let i=0;i<40;i++){x.fillStyle="hsl("+(i*9+n)%360+" 60% 50%)";x.beginPath();
x.arc(c.width/2+Math.sin(n/20+i)*c.width/3,c.height/2+Math.cos(n/17+i*2)*c.height/3,30+i,0,7);x.fill()}},33)</script>`;

/** A program on a desktop that can be ended before the desktop is; it is there when its window is. */
async function play(desktop, window, name, args) {
  const child = spawn(name, args, { env: { ...process.env, ...desktop.env, LC_ALL: "C.UTF-8" }, detached: true, stdio: "ignore" });
  const stop = () => process.kill(-child.pid, "SIGKILL");
  await until(`${window} is shown`, () => desktop.window(window), 30_000).catch((error) => {
    stop();
    throw error;
  });
  return { stop };
}

/** Counts what reaches the visible picture: noVNC draws behind it and copies each finished part. */
function count() {
  window.figures = { copies: 0, frames: 0, pressed: undefined, delays: [] };
  addEventListener("keydown", () => { window.figures.pressed = performance.now(); }, { capture: true });
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...how) {
    if (this.canvas.isConnected) {
      const now = window.figures;
      if (now.copies === 0) requestAnimationFrame(() => { now.frames += 1; now.copies = 0; });
      now.copies += 1;
      if (now.pressed !== undefined) {
        now.delays.push(performance.now() - now.pressed);
        now.pressed = undefined;
      }
    }
    return draw.apply(this, how);
  };
}

/** Seconds of processor that these processes and their children used so far. */
async function used(parents) {
  const { stdout } = await run("ps", ["-eo", "pid=,ppid="]);
  const rows = stdout.trim().split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const all = new Set(parents);
  for (let before = 0; before !== all.size; ) {
    before = all.size;
    for (const [pid, parent] of rows) if (all.has(parent)) all.add(pid);
  }
  let ticks = 0;
  for (const pid of all) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / 100;
}

/** The middle and the 95th of a hundred. */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  return `${at(0.5)} / ${at(0.95)}`;
}

/** One viewer on one desktop: a row for each of what happens there. */
async function measure({ page, bytes, device, server, desktop, canvas, scale }) {
  const rows = [];
  const during = async (what, work) => {
    await wait(1);
    const before = [await page.evaluate(() => window.figures.frames), bytes(), await used(device), await used(server)];
    const began = performance.now();
    await work();
    const seconds = (performance.now() - began) / 1000;
    const after = [await page.evaluate(() => window.figures.frames), bytes(), await used(device), await used(server)];
    const [frames, sent, deviceCpu, serverCpu] = after.map((value, at) => (value - before[at]) / seconds);
    rows.push({ what, frames: frames.toFixed(1), rate: (sent / 1000).toFixed(0), device: (deviceCpu * 100).toFixed(1), server: (serverCpu * 100).toFixed(1) });
  };
  const box = await canvas.boundingBox();
  await page.mouse.click(box.x + 200 * scale(box), box.y + 200 * scale(box));
  await during("idle", () => wait(SECONDS));
  await page.evaluate(() => { window.figures.delays = []; });
  await during("typing, 8 keys a second", async () => {
    for (let at = 0; at < SECONDS * 8; at += 1) {
      const next = performance.now() + 125;
      await page.keyboard.press(at % 60 === 59 ? "Enter" : "abcdefghij"[at % 10]);
      await wait(Math.max(0, next - performance.now()) / 1000);
    }
  });
  const delays = await page.evaluate(() => window.figures.delays);
  const lines = await play(desktop, "lines", "xterm", ["-title", "lines", "-geometry", "120x34+20+60", "-e", "sh", "-c", "i=0; while :; do i=$((i+1)); seq -s ' ' $i $((i+24)); sleep 0.033; done"]);
  await during("scrolling, 30 lines a second", () => wait(SECONDS));
  lines.stop();
  const profile = await mkdtemp(join(tmpdir(), "mainstay-film-"));
  const film = join(profile, "film.html");
  await writeFile(film, FILM);
  const player = await play(desktop, "film", "chromium", ["--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${profile}/chromium`, "--start-maximized", `--app=file://${film}`]);
  await wait(4);
  await during("a film over the whole screen", () => wait(SECONDS));
  player.stop();
  await wait(2);
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  return { rows, delays };
}

/** The picture of a page's canvas and the one that the desktop itself gives: how many pixels differ. */
async function differing(page, canvas, desktop, folder, name) {
  await wait(2);
  const seen = join(folder, `${name}-seen.png`);
  const there = join(folder, `${name}-there.png`);
  const data = await canvas.evaluate((canvas) => canvas.toDataURL("image/png"));
  await writeFile(seen, Buffer.from(data.split(",")[1], "base64"));
  await desktop.picture(there);
  return { seen, pixels: await apart(seen, there) };
}

/** In how many pixels two pictures differ. */
async function apart(one, other) {
  const { stderr } = await run("compare", ["-metric", "AE", one, other, "null:"]).catch((error) => error);
  return stderr.trim().split(" ")[0];
}

function bytesOf(page) {
  let sum = 0;
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => {
    sum += payload.length;
  }));
  return () => sum;
}

/** The same viewer, unmodified, for x11vnc. */
async function viewerFor(port) {
  const types = { ".js": "text/javascript", ".html": "text/html" };
  const html = `<!doctype html><div id=box style="width:100vw;height:100vh"></div><script type=module>
    import RFB from "/core/rfb.js"; const rfb = new RFB(document.getElementById("box"), "ws://127.0.0.1:${port}");
    rfb.scaleViewport = true; rfb.addEventListener("connect", () => { rfb.focus(); document.title = "there"; });</script>`;
  const server = createServer(async (asked, answer) => {
    const path = normalize(new URL(asked.url, "http://x").pathname);
    const body = path === "/" ? html : await readFile(join(NOVNC, path)).catch(() => null);
    answer.writeHead(body === null ? 404 : 200, { "content-type": types[extname(path) || ".html"] ?? "text/plain" });
    answer.end(body ?? "");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

async function ours(pages, house, size, folder, theirs) {
  const url = house.url;
  const desktop = await startDesktop({ size });
  const admin = await pages.open({ locale: "en" });
  const engineer = await pages.open({ locale: "en", width: 2200, height: 1300 });
  const bytes = bytesOf(engineer);
  await engineer.addInitScript(count);
  let agent;
  let out;
  try {
    await desktop.program("openbox", []);
    await desktop.program("xterm", ["-title", "notes", "-geometry", "100x30+40+120", "-e", "cat"], "notes");
    await signIn(admin, url, "admin@example.test", PASSWORD);
    agent = await startAgent(await enrolmentDocument(admin, url, [url.replace("http", "ws")]), { env: desktop.env });
    await signIn(engineer, url, "l2@example.test", PASSWORD);
    await engineer.goto(`${url}/tickets/new`);
    await engineer.fill("[name=requester]", "employee@example.test");
    await engineer.fill("[name=title]", `A screen of ${size}`);
    await engineer.fill("[name=body]", "Measured.");
    await Promise.all([engineer.waitForURL(/\/tickets\/\d+/), engineer.locator("form[action='/tickets'] [data-send]").click()]);
    const number = engineer.url().match(/\d+$/)[0];
    await engineer.goto(`${url}/devices/${agent.device}/screens/new?ticket=${number}`);
    await engineer.locator("main form [name=mode][value=control]").check();
    await Promise.all([engineer.waitForURL(/\/screens\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
    const asked = await until("the question is shown", () => desktop.window(CONSENT), 20_000);
    await wait(1);
    await desktop.person("click", asked.right - 80, asked.bottom - 50);
    const canvas = engineer.locator("[data-screen-box] canvas").first();
    await canvas.waitFor();
    await wait(3);
    out = await measure({ page: engineer, bytes, device: [agent.pid], server: [house.pid], desktop, canvas, scale: (box) => box.width / Number(size.split("x")[0]) });
    out.same = await differing(engineer, canvas, desktop, folder, `ours-${size}`);
    // Both pictures are of one moment: nothing happens on the desktop between them.
    out.theirs = await theirs(desktop, async (exact) => {
      const now = await differing(engineer, canvas, desktop, folder, `ours-then-${size}`);
      out.between = await apart(now.seen, exact);
    });
  } finally {
    await agent?.stop();
    await desktop.stop();
    for (const page of [admin, engineer]) await page.context().close();
  }
  return out;
}

async function x11vnc(pages, desktop, size, folder, compare) {
  const port = await freePort();
  const program = await start("x11vnc", ["-display", desktop.display, "-rfbport", String(port), "-localhost", "-forever", "-shared", "-nopw", "-quiet", "-noipv6"], { ready: /PORT=\d+/ });
  const viewer = await viewerFor(port);
  const page = await pages.open({ locale: "en", width: 2200, height: 1300 });
  const bytes = bytesOf(page);
  await page.addInitScript(count);
  try {
    await page.goto(viewer.url);
    await until("x11vnc answers", async () => (await page.title()) === "there", 20_000);
    const canvas = page.locator("#box canvas").first();
    await wait(3);
    const out = await measure({ page, bytes, device: [program.pid], server: [], desktop, canvas, scale: (box) => box.width / Number(size.split("x")[0]) });
    out.same = await differing(page, canvas, desktop, folder, `x11vnc-${size}`);
    if (process.env.VNCDO) {
      out.exact = join(folder, `x11vnc-exact-${size}.png`);
      await run(process.env.VNCDO, ["-s", `127.0.0.1::${port}`, "--nocursor", "capture", out.exact]);
    }
    await compare(out.exact ?? out.same.seen);
    return out;
  } finally {
    await page.context().close();
    viewer.stop();
    await program.kill();
  }
}

function table(name, { rows, delays, same }) {
  console.log(`\n### ${name}\n`);
  console.log("| what happens | frames/s in the browser | kB/s | device, % of a core | server, % of a core |\n|---|---|---|---|---|");
  for (const row of rows) console.log(`| ${row.what} | ${row.frames} | ${row.rate} | ${row.device} | ${row.server} |`);
  console.log(`\nKey to changed picture, in ms, median / 95 %: ${spread(delays)} (${delays.length} keys). Pixels that differ from the desktop's own picture: ${same.pixels}.`);
}

const browser = await launch();
const pages = new Pages(browser, "figures");
const folder = await mkdtemp(join(tmpdir(), "mainstay-figures-"));
try {
  for (const size of SIZES) {
    // Each with a department of its own: the same machine would be held for the same device.
    const house = await startServer({ args: ["demo", "--seed", "17", "--tickets", "40"] });
    const out = await ours(pages, house, size, folder, (desktop, compare) => x11vnc(pages, desktop, size, folder, compare)).finally(() => house.stop());
    table(`Mainstay, ${size}`, out);
    table(`x11vnc, ${size}`, out.theirs);
    console.log(`\nPixels that differ between Mainstay's in the browser and x11vnc's${out.theirs.exact ? ", taken without loss by vncdotool" : ""}: ${out.between}.`);
  }
} finally {
  await pages.close();
  await browser.close();
  if (!process.env.KEEP) await rm(folder, { recursive: true, force: true });
}
process.exit(0);
