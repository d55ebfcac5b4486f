// Programs that a journey starts, waits for, and never leaves behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

/**
 * Starts a program in a folder of its own and waits until a line of its output matches `ready`.
 * Gives that match, everything said so far, and ways to end it.
 */
export async function start(program, args, { env = {}, ready, patience = 180_000 }) {
  const folder = await mkdtemp(join(tmpdir(), "mainstay-e2e-"));
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  running.add(child);
  let said = "";
  const match = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} said nothing like ${ready} in time:\n${said}`)), patience);
    const hear = (chunk) => {
      said += chunk;
      const found = said.match(ready);
      if (found) {
        clearTimeout(timer);
        resolve(found);
      }
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", (error) => reject(new Error(`cannot start ${program}: ${error.message}`)));
    child.on("exit", (code, signal) => {
      running.delete(child);
      clearTimeout(timer);
      reject(new Error(`${program} ${args.join(" ")} ended early (${code ?? signal}):\n${said}`));
    });
  }).catch(async (error) => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : Promise.resolve();
  const end = async (signal) => {
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(late);
    if (!process.env.KEEP) await rm(folder, { recursive: true, force: true });
  };
  return {
    match,
    folder,
    pid: child.pid,
    output: () => said,
    close: async () => {
      child.stdin.end();
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}
