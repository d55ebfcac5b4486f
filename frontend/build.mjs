// Builds dist/: the script and stylesheet of every page, those of the terminal's pages, one icon sprite, one favicon, each with a
// hash in its name, and manifest.json that maps the plain names to the hashed ones. The server embeds that folder; nothing else
// reads it.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = import.meta.dirname;
const out = join(root, "dist");
const SCRIPT_BUDGET_GZIP = 60_000;

const options = {
  entryPoints: [
    { in: join(root, "src/app.ts"), out: "app" },
    { in: join(root, "css/app.css"), out: "app" },
    // Loaded by the pages that hold a terminal, and by no other.
    { in: join(root, "src/terminal.ts"), out: "terminal" },
    { in: join(root, "css/terminal.css"), out: "terminal" },
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
  await write(manifest, "favicon.svg", await readFile(join(root, "public/favicon.svg"), "utf8"));
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of ["app.js", "app.css", "terminal.js", "terminal.css", "icons.svg"]) {
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
