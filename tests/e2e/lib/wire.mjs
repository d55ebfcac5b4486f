// A wire between a program and its server that can be cut: a plain relay on this machine, which a test takes away and gives back.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Relays to the host and port of `url`; `cut` drops every connection and refuses new ones until `mend`. */
export async function wire(url) {
  const { hostname, port } = new URL(url);
  const open = new Set();
  let isCut = false;
  const relay = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.setNoDelay(true).on("error", () => {}).on("close", () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const drop = () => open.forEach((socket) => socket.destroy());
  return {
    address: `ws://127.0.0.1:${relay.address().port}`,
    cut: () => {
      isCut = true;
      drop();
    },
    mend: () => (isCut = false),
    stop: () => {
      relay.close();
      drop();
    },
  };
}
