// The program under test: found, started on a free port, stopped.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { start } from "./process.mjs";

const target = resolve(import.meta.dirname, "../../../target/debug");

/** Where a program of this repository was built: `BINARY`, what lies beside it, or else the usual folder. */
export function built(name) {
  const { BINARY } = process.env;
  const beside = BINARY && (name === "mainstay" ? BINARY : join(dirname(BINARY), name));
  const path = beside && existsSync(beside) ? beside : join(target, name);
  if (!existsSync(path)) throw new Error(`${path} is not built; run \`cargo xtask test journeys\``);
  return path;
}

/** Starts Mainstay; `words` stand for `{name}` in arguments and environment. */
export async function startServer({ args = ["demo", "--seed", "1"], env = {} } = {}, words = {}) {
  const fill = (text) => text.replace(/\{(\w+)\}/g, (all, name) => words[name] ?? all);
  const listen = args.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
  const server = await start(built("mainstay"), [...args.map(fill), ...listen], {
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])),
    ready: /listening on (https?:\/\/[^\s/]+)/,
  });
  return { ...server, url: server.match[1] };
}
