// A running session: shows the device's screen, sends keys and pointer of whoever takes part, says who else is there, and comes back
// by itself when the connection drops. One WebSocket carries both: binary messages are RFB (RFC 6143), text messages are words.
import { clipboard } from "./screen-clipboard";
import { type Picture, release, Stage } from "./screen-picture";
import { typing } from "./screen-typing";
import { view } from "./screen-view";

interface Person {
  name: string;
  takes_part: boolean;
}

interface Monitor {
  name: string;
  width: number;
  height: number;
}

type Word =
  | { kind: "here"; takes_part: boolean; leads: boolean }
  | { kind: "people"; people: Person[] }
  | { kind: "state"; state: string; reason: string; recorded: boolean }
  | { kind: "monitors"; monitors: Monitor[]; chosen: number }
  | { kind: "clipboard"; text: string }
  | { kind: "again" };

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** A connection that stood for so many milliseconds was a good one: the next is tried soon. */
const GOOD = 5_000;

export function attend(element: HTMLElement): void {
  const path = element.dataset.screen ?? "";
  const box = element.querySelector<HTMLElement>("[data-screen-box]");
  if (!path || !box) return;
  const stage = new Stage(box, box.dataset.label ?? "");
  const mayControl = element.dataset.control === "true";

  let socket: WebSocket | undefined;
  let wait = FIRST_WAIT;
  let state = "waiting";
  let takesPart = false;
  let leads = false;
  let wishes = element.dataset.joins === "true";
  let focuses = false;

  /** Why a session is over, by the codes that the server says. */
  const reasons = JSON.parse(element.dataset.reasons ?? "{}") as Record<string, string>;
  const find = (name: string): HTMLElement | null => element.querySelector<HTMLElement>(`[data-screen-${name}]`);
  const show = (name: string, shown: boolean): void => {
    for (const part of element.querySelectorAll<HTMLElement>(`[data-screen-${name}]`)) part.hidden = !shown;
  };
  const say = (word: string): string => element.dataset[`say${word[0]?.toUpperCase()}${word.slice(1)}`] ?? "";
  const send = (word: object): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(word));
  };
  /** Whether keys and pointer of this person go to the device. */
  const acts = (): boolean => mayControl && takesPart && state === "open";

  const apply = (): void => {
    const [active, shown] = [acts(), stage.shown];
    if (shown && shown === stage.fed && shown.rfb.viewOnly === active) {
      if (!active) release();
      shown.rfb.viewOnly = !active;
      shown.canvas?.setAttribute("role", active ? "application" : "img");
    }
    box.toggleAttribute("data-watches", !active);
    show("acts", active);
    show("pictured", shown !== undefined && state !== "ended");
    show("join", !takesPart && state === "open");
    show("watch", takesPart && state === "open");
    find("monitor")?.toggleAttribute("disabled", !(takesPart || leads) || state !== "open");
    const word = find("word");
    if (word) {
      word.hidden = state === "open" && shown !== undefined;
      word.textContent = find("reason")?.textContent || say(`${state}Text`) || say(state);
    }
    box.toggleAttribute("data-stale", state !== "open");
  };
  const status = (now: string, reason = ""): void => {
    state = now;
    element.dataset.state = now;
    const chip = find("state");
    if (chip) {
      chip.textContent = say(now);
      chip.className = `chip chip-${now === "open" ? "success" : now === "ended" ? "accent" : "warning"}`;
    }
    const told = find("reason");
    if (told) told.textContent = reasons[reason] ?? "";
    apply();
  };

  const begin = (): Picture =>
    stage.begin({
      said: (bytes) => {
        if (socket?.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
      },
      painted: () => {
        if (!stage.reveal()) return;
        if (stage.shown) stage.shown.rfb.showDotCursor = true;
        apply();
        if (focuses && acts() && document.activeElement === document.body) stage.shown?.rfb.focus({ preventScroll: true });
        focuses = false;
      },
      failed: () => socket?.close(),
    });
  /** The picture that the bytes of this connection go to; none yet after a new beginning. */
  let picture: Picture | undefined;

  const board = clipboard(element, (text) => send({ kind: "clipboard", text }));
  const hear = (word: Word): void => {
    switch (word.kind) {
      case "here":
        if (word.takes_part && !takesPart) focuses = true;
        ({ takes_part: takesPart, leads } = word);
        apply();
        break;
      case "people":
        find("people")?.replaceChildren(...word.people.map((person) => chip(person)));
        break;
      case "state":
        status(word.state, word.reason);
        show("recorded", word.recorded && word.state === "open");
        if (word.state === "ended") end();
        break;
      case "monitors":
        choice(word.monitors, word.chosen);
        break;
      case "clipboard":
        board.came(word.text);
        break;
      case "again":
        picture = undefined;
        // Until it hears this, the server takes our bytes for those of the picture that we drop here.
        send({ kind: "again" });
        break;
    }
  };
  const chip = (person: Person): HTMLElement => {
    const item = document.createElement("li");
    const controls = person.takes_part && mayControl;
    item.className = controls ? "chip chip-accent" : "chip";
    item.textContent = `${person.name} · ${say(controls ? "joined" : "watching")}`;
    return item;
  };
  const choice = (monitors: Monitor[], chosen: number): void => {
    const select = find("monitor");
    if (!(select instanceof HTMLSelectElement)) return;
    const of = (number: number, text: string): HTMLOptionElement => new Option(text, String(number), false, number === chosen);
    const named = monitors.map(({ width, height }, index) => of(index + 1, `${say("monitor")} ${index + 1} (${width} × ${height})`));
    select.replaceChildren(of(0, say("allMonitors")), ...named);
    select.hidden = monitors.length < 2;
  };
  const end = (): void => {
    stage.freeze();
    socket?.close();
    show("live", false);
    // Who was refused has nothing to look at.
    show("over", stage.shown !== undefined);
    if (document.fullscreenElement === element) void document.exitFullscreen();
  };

  const connect = (): void => {
    const address = new URL(path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (wishes) address.searchParams.set("join", "1");
    const opening = new WebSocket(address);
    let since = Infinity;
    socket = opening;
    opening.binaryType = "arraybuffer";
    opening.addEventListener("open", () => {
      since = performance.now();
    });
    opening.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (state === "ended") return;
      if (typeof data === "string") hear(JSON.parse(data) as Word);
      else (picture ??= begin()).feed(new Uint8Array(data));
    });
    opening.addEventListener("close", () => {
      if (state === "ended") return;
      stage.freeze();
      picture = undefined;
      takesPart = false;
      status("away");
      if (performance.now() - since > GOOD) wait = FIRST_WAIT;
      // Full jitter: after a restart of the server not everybody knocks at once.
      setTimeout(connect, Math.random() * wait + 100);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };

  view(element, stage);
  typing(element, {
    press: (keysym, down) => stage.shown?.rfb.sendKey(keysym, null, down),
    ctrlAltDel: () => stage.shown?.rfb.sendCtrlAltDel(),
    focus: () => stage.shown?.rfb.focus({ preventScroll: true }),
  });
  find("join")?.addEventListener("click", () => {
    wishes = true;
    send({ kind: "join" });
  });
  find("watch")?.addEventListener("click", () => {
    wishes = false;
    send({ kind: "watch" });
  });
  find("monitor")?.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) send({ kind: "monitor", number: Number(event.target.value) });
  });
  // The way out for whoever has no mouse: every other key belongs to the device. Before noVNC hears of it.
  box.addEventListener(
    "keydown",
    (event) => {
      if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey || event.code !== "KeyL") return;
      event.preventDefault();
      event.stopPropagation();
      find("exit")?.focus();
    },
    { capture: true },
  );
  // noVNC forgets keys that are held while the focus goes elsewhere.
  box.addEventListener("focusout", release);
  apply();
  connect();
}
