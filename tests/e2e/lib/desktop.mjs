// A desktop of the journey's own: an X server without a monitor, a window manager, a terminal, and a person who sits there. Their hand
// moves the server's own mouse and keyboard, so that programs can tell it from input that another program injected.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { start } from "./process.mjs";
import { built } from "./server.mjs";

const run = promisify(execFile);

/** Starts it; `size` as `1280x720`. */
export async function startDesktop({ size = "1280x720", language = "zh_CN.UTF-8" } = {}) {
  const server = await start("Xvfb", ["-displayfd", "1", "-screen", "0", `${size}x24`, "-nolisten", "tcp", "-noreset"], { ready: /^(\d+)$/m });
  const display = `:${server.match[1]}`;
  const env = { DISPLAY: display, LANG: language };
  const started = [server];
  /** A program on this desktop; it is ready when a window of this name is there. */
  const program = async (name, args, window) => {
    const wait = `exec 3>&1; "$@" >&3 2>&1 & until xwininfo -root -tree 2>/dev/null | grep -qF -- "$0"; do sleep 0.1; done; echo is-there; wait`;
    const child = await start("bash", ["-c", window ? wait : `"$@" & sleep 0.5; echo is-there; wait`, window ?? "", name, ...args], {
      // Letters of any language, whatever languages this machine has.
      env: { ...env, LC_ALL: "C.UTF-8" },
      ready: /is-there/,
    });
    started.unshift(child);
    return child;
  };
  const person = (...words) => run(built("desktop-person"), [display, ...words.map(String)]);
  return {
    display,
    env,
    program,
    person,
    /** What stands on it now, as a picture. */
    picture: async (path) => {
      await run("import", ["-window", "root", path], { env: { ...process.env, ...env } });
      return path;
    },
    /** Where the first window is whose name holds these words; none while there is none. */
    window: async (words) => {
      const { stdout } = await run("xwininfo", ["-root", "-tree"], { env: { ...process.env, ...env } });
      const found = stdout.split("\n").find((line) => line.includes(`"`) && line.includes(words));
      const [, width, height, x, y] = found?.match(/(\d+)x(\d+)\+-?\d+\+-?\d+ +\+(-?\d+)\+(-?\d+)/)?.map(Number) ?? [];
      return width && { x, y, right: x + width, bottom: y + height };
    },
    stop: async () => {
      for (const child of started) await child.kill();
    },
  };
}
