// Two nodes on one PostgreSQL: the browser on one, the device on the other. The device's node is killed without mercy; the terminal
// says so, and goes on in the same shell once the device has found the node that is left.
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolmentDocument, startAgent } from "../lib/agent.mjs";
import { startDatabase } from "../lib/database.mjs";
import { freePort, PASSWORD, run, signIn } from "../lib/house.mjs";

export const title = "The browser on one node, the device on the other, and the device's node killed: the terminal goes on";
export const limit = 400_000;
export const server = "none";

const ADMIN = "admin@example.test";
const ENGINEER = "l2@example.test";
/** A device comes back within a minute, and a node that is left holds the dead one's leases no longer than half of one. */
const COMES_BACK = 110_000;

export default async function ({ open, step, check, shot, startServer, tolerate }) {
  const database = await startDatabase();
  const root = await mkdtemp(join(tmpdir(), "mainstay-nodes-"));
  const node = async (name) => {
    const port = await freePort();
    return { data: join(root, name), listen: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, agents: `ws://127.0.0.1:${port}` };
  };
  const [a, b] = [await node("a"), await node("b")];
  const admin = await open({ locale: "en" });
  const engineer = await open({ locale: "zh-CN" });
  let agent;
  let session;

  const command = (words, input = "") => run(["--data", a.data, "--database", database.url, ...words], input);
  const begin = async (node) => {
    node.process = await startServer({
      args: ["--data", node.data, "--database", database.url, "serve", "--listen", node.listen, "--base-url", node.url],
    });
  };
  const terminal = (state) => engineer.locator(`[data-terminal][data-state="${state}"]`);
  const types = async (text, shown) => {
    await engineer.locator(".xterm-helper-textarea").focus();
    await engineer.keyboard.type(`${text}\n`);
    await engineer.locator(".xterm-rows").filter({ hasText: shown }).waitFor();
  };

  try {
    await step("a device that knows both nodes links to the first, while there is no other", async () => {
      await command(["init", "--admin", ADMIN, "--password-stdin"], PASSWORD);
      await command(["user", "add", ENGINEER, "--name", "赵敏", "--role", "engineer", "--password-stdin"], PASSWORD);
      await begin(a);
      await signIn(admin, a.url, ADMIN);
      agent = await startAgent(await enrolmentDocument(admin, a.url, [a.agents, b.agents]));
      await admin.context().close();
    });

    await step("the second node shares the database, the folder of files, and the key of the signer", async () => {
      await mkdir(join(a.data, "files"), { recursive: true });
      await mkdir(join(b.data, "signer"), { recursive: true, mode: 0o700 });
      await symlink(join(a.data, "files"), join(b.data, "files"));
      await cp(join(a.data, "signer/private.key"), join(b.data, "signer/private.key"));
      await begin(b);
    });

    await step("an engineer on the second node opens its terminal from a ticket", async () => {
      await signIn(engineer, b.url, ENGINEER);
      await engineer.goto(`${b.url}/tickets/new`);
      await engineer.fill("[name=requester]", ADMIN);
      await engineer.fill("[name=title]", "打印服务没有反应");
      await engineer.fill("[name=body]", "从今天早上开始。");
      await Promise.all([engineer.waitForURL(/\/tickets\/\d+/), engineer.locator("form[action='/tickets'] [data-send]").click()]);
      const number = new URL(engineer.url()).pathname.match(/\d+/)[0];
      await engineer.goto(`${b.url}/devices/${agent.device}/terminals/new?ticket=${number}`);
      await Promise.all([engineer.waitForURL(/\/terminals\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
      session = engineer.url();
      await terminal("open").waitFor({ timeout: 30_000 });
      await types("PS1='> '; kept=$$; echo $((6 * 7)) seen", "42 seen");
    });

    await step("the device's node is killed, and the terminal says that the connection is lost", async () => {
      // What knocks at a node that does not answer is refused in the meantime, and the console says so.
      tolerate(engineer, /WebSocket connection|status of 503/);
      await types("(sleep 4; echo wh''ile away) &", "ile away) &");
      await a.process.kill();
      await terminal("away").waitFor({ timeout: 30_000 });
      check(await engineer.locator("[data-terminal-state]").innerText()).is("连接中断，正在恢复");
      await shot(engineer, "away", { themes: ["light"] });
    });

    await step("the device finds the node that is left, and the same shell goes on", async () => {
      await terminal("open").waitFor({ timeout: COMES_BACK });
      await engineer.locator(".xterm-rows").filter({ hasText: "while away" }).waitFor();
      await types("test $kept = $$ && echo the same $((40 + 2))", "the same 42");
      await shot(engineer, "again", { themes: ["light"] });
    });

    await step("the recording holds what was before and what came after", async () => {
      await engineer.locator(".xterm-helper-textarea").focus();
      await engineer.keyboard.type("exit\n");
      await terminal("ended").waitFor();
      const file = await (await engineer.request.get(`${session}/recording`)).text();
      for (const words of ["42 seen", "while away", "the same 42"]) check(file).includes(words);
    });
    check(b.process.output()).excludes("panicked");
  } finally {
    await agent?.stop();
    for (const node of [a, b]) await node.process?.stop().catch(() => undefined);
    await database.stop();
    await rm(root, { recursive: true, force: true });
  }
}
