// A person's mail: real SMTP to send, the real mailbox to read, both from the test kit's mail server.
import { readdir, readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { start } from "./process.mjs";
import { built } from "./server.mjs";

/** Starts the mail server with `{ address: password }`. */
export async function startMail(accounts) {
  const words = Object.entries(accounts).map(([address, password]) => `${address}=${password}`);
  const server = await start(built("mail-server"), words, { ready: /^ready (.*)$/m });
  const about = JSON.parse(server.match[1]);
  const inbox = async (address) => {
    const found = [];
    for (const part of ["new", "cur"]) {
      const folder = join(about.folder, address, part);
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        // A reader may move a message from new to cur between the two calls.
        const raw = await readFile(path, "latin1").catch(() => null);
        const at = await stat(path).catch(() => null);
        if (raw !== null && at !== null) found.push({ raw, at: at.mtimeMs });
      }
    }
    return found.sort((one, other) => one.at - other.at).map((message) => message.raw);
  };
  return {
    ...about,
    inbox,
    send: (message) => send(about.smtp, message),
    async waitFor(address, predicate = () => true, patience = 30_000) {
      const end = Date.now() + patience;
      for (;;) {
        const messages = await inbox(address);
        const found = messages.find(predicate);
        if (found !== undefined) return found;
        if (Date.now() > end) throw new Error(`no such mail reached ${address}; it holds ${messages.length} others`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    stop: server.close,
  };
}

/** Hands one message to an SMTP server as a mail program does; `raw` is a string of Latin-1 bytes or a Buffer. */
async function send(address, { from, to, raw }) {
  const [host, port] = address.split(":");
  const socket = connect(Number(port), host);
  const lines = createInterface({ input: socket, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const expect = async (about, code) => {
    for (;;) {
      const { value: line, done } = await lines.next();
      if (done || !line.startsWith(code)) throw new Error(`${about} was answered with ${line}`);
      if (line[3] !== "-") return;
    }
  };
  const say = (words, code) => {
    socket.write(`${words}\r\n`);
    return expect(words, code);
  };
  try {
    await expect("the greeting", "220");
    await say("EHLO person.test", "250");
    await say(`MAIL FROM:<${from}>`, "250");
    for (const recipient of [to].flat()) await say(`RCPT TO:<${recipient}>`, "250");
    await say("DATA", "354");
    const text = Buffer.isBuffer(raw) ? raw.toString("latin1") : raw;
    // Bare line feeds become proper line ends, and a dot that begins a line is doubled (RFC 5321, 4.5.2).
    const wire = text.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..");
    socket.write(Buffer.from(wire.endsWith("\r\n") ? wire : `${wire}\r\n`, "latin1"));
    await say(".", "250");
    await say("QUIT", "221");
  } finally {
    socket.destroy();
  }
}
