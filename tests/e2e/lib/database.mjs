// A PostgreSQL of the journey's own, from the test kit.
import { start } from "./process.mjs";
import { built } from "./server.mjs";

/** Starts it; `url` is an empty database. */
export async function startDatabase() {
  const server = await start(built("postgres-server"), [], { ready: /^ready (\S+)$/m });
  return { url: server.match[1], stop: server.close };
}
