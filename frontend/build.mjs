// Builds dist/: the script and stylesheet of every page, those of the terminal's and the screen's pages, one icon sprite, one
// favicon, each with a hash in its name, and manifest.json that maps the plain names to the hashed ones. The server embeds that
// folder; nothing else reads it.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = import.meta.dirname;
const out = join(root, "dist");
const SCRIPT_BUDGET_GZIP = 60_000;
/** Where licences lie that are not in a file called LICENSE. The cipher of old VNC servers brings notices of its own in its head. */
const LICENCES = {
  "@novnc/novnc": ["LICENSE.txt", "AUTHORS", "docs/LICENSE.MPL-2.0", "vendor/pako/LICENSE", "core/crypto/des.js"],
};

const options = {
  entryPoints: [
    { in: join(root, "src/app.ts"), out: "app" },
    { in: join(root, "css/app.css"), out: "app" },
    // Loaded by the pages that hold a terminal, and by no other.
    { in: join(root, "src/terminal.ts"), out: "terminal" },
    { in: join(root, "css/terminal.css"), out: "terminal" },
    // Loaded by the pages that hold the screen of a device.
    { in: join(root, "src/screen.ts"), out: "screen" },
    { in: join(root, "css/screen.css"), out: "screen" },
    // Loaded by the page from which somebody shares their screen.
    { in: join(root, "src/share.ts"), out: "share" },
    { in: join(root, "css/share.css"), out: "share" },
  ],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome120", "firefox125", "safari17.4"],
  entryNames: "[name]-[hash]",
  outdir: out,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

/** One <symbol> per name in icons.txt, so that `<use href="…#inbox">` draws it. */
async function sprite() {
  const names = (await readFile(join(root, "icons.txt"), "utf8"))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(root, "node_modules/lucide-static/icons", `${name}.svg`), "utf8").catch(() => {
        throw new Error(`icons.txt names "${name}", which lucide-static does not have`);
      });
      const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** The licences of what the scripts are made of, as their packages hold them: they go along with what is bundled. */
async function licences(metafile) {
  const packages = new Set(["lucide-static"]);
  for (const path of Object.keys(metafile.inputs)) {
    const found = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  const parts = await Promise.all(
    [...packages].sort().map(async (name) => {
      const folder = join(root, "node_modules", name);
      const { version, license, homepage, repository } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
      const source = homepage ?? repository?.url ?? repository ?? "";
      const texts = await Promise.all((LICENCES[name] ?? ["LICENSE"]).map((file) => readFile(join(folder, file), "utf8")));
      return [`${name} ${version} (${license}), unmodified`, `Source: https://www.npmjs.com/package/${name}/v/${version} ${source}`, "", ...texts].join("\n");
    }),
  );
  return parts.join(`\n\n${"=".repeat(78)}\n\n`);
}

async function write(manifest, name, content) {
  const dot = name.lastIndexOf(".");
  const hash = createHash("sha256").update(content).digest("base64url").replace(/[-_]/g, "").slice(0, 8);
  const hashed = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  await writeFile(join(out, hashed), content);
  manifest[name] = hashed;
}

async function build() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const result = await esbuild.build(options);
  const manifest = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    const [name, kind] = basename(output.entryPoint).split(".");
    manifest[`${name}.${kind === "ts" ? "js" : kind}`] = basename(path);
  }
  await write(manifest, "icons.svg", await sprite());
  await write(manifest, "licences.txt", await licences(result.metafile));
  await write(manifest, "favicon.svg", await readFile(join(root, "public/favicon.svg"), "utf8"));
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of ["app.js", "app.css", "terminal.js", "terminal.css", "screen.js", "screen.css", "share.js", "share.css", "icons.svg"]) {
    const bytes = gzipSync(await readFile(join(out, manifest[name]))).length;
    console.log(`${manifest[name].padEnd(24)} ${(bytes / 1000).toFixed(1)} kB gzip`);
    if (name === "app.js" && bytes > SCRIPT_BUDGET_GZIP) {
      throw new Error(`the scripts of the first page weigh ${bytes} bytes gzipped; the budget is ${SCRIPT_BUDGET_GZIP}`);
    }
  }
}

await build();
if (process.argv.includes("--watch")) {
  const { watch } = await import("node:fs");
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
  };
  for (const folder of ["src", "css", "public"]) watch(join(root, folder), { recursive: true }, again);
}
