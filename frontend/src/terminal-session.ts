// A running session. Shows what the device shows, sends what is typed when this person takes part, says who else is there, and
// comes back by itself when the connection drops. Whoever came first of those who take part decides the size; the others see the
// terminal as large as it is.
import { FitAddon } from "@xterm/addon-fit";
import { screen, side } from "./terminal-screen";

interface Person {
  name: string;
  takes_part: boolean;
}

type Word =
  | { kind: "here"; takes_part: boolean; leads: boolean }
  | { kind: "people"; people: Person[] }
  | { kind: "state"; state: string; reason: string; recorded: boolean }
  | { kind: "size"; columns: number; rows: number }
  | { kind: "again" };

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

export function attend(element: HTMLElement): void {
  const path = element.dataset.terminal ?? "";
  const box = element.querySelector<HTMLElement>("[data-terminal-box]");
  if (!path || !box) return;
  const columns = side(element.dataset.columns, 80);
  const rows = side(element.dataset.rows, 24);
  const terminal = screen(box, { columns, rows, typed: false });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const letters = new TextEncoder();

  let socket: WebSocket | undefined;
  let wait = FIRST_WAIT;
  let over = false;
  let takesPart = false;
  let leads = false;
  let wishes = element.dataset.joins === "true";

  /** Why a session is over, by the codes that the server says. */
  const reasons = JSON.parse(element.dataset.reasons ?? "{}") as Record<string, string>;
  const say = (word: string): string => element.dataset[`say${word[0]?.toUpperCase()}${word.slice(1)}`] ?? "";
  const send = (word: object): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(word));
  };
  const status = (state: string, reason = ""): void => {
    const chip = element.querySelector<HTMLElement>("[data-terminal-state]");
    if (!chip) return;
    chip.textContent = say(state);
    chip.className = `chip chip-${state === "open" ? "success" : state === "ended" ? "accent" : "warning"}`;
    element.dataset.state = state;
    const told = element.querySelector<HTMLElement>("[data-terminal-reason]");
    if (told) told.textContent = reasons[reason] ?? "";
  };
  const measure = (): void => {
    if (!leads) return;
    const size = fit.proposeDimensions();
    if (!size || !(size.cols > 1) || !(size.rows > 1)) return;
    const [wide, high] = [side(size.cols, columns), side(size.rows, rows)];
    if (wide === terminal.cols && high === terminal.rows) return;
    terminal.resize(wide, high);
    send({ kind: "size", columns: wide, rows: high });
  };

  const hear = (word: Word): void => {
    switch (word.kind) {
      case "here":
        takesPart = word.takes_part;
        leads = word.leads;
        terminal.options.disableStdin = !takesPart;
        for (const button of element.querySelectorAll<HTMLElement>("[data-terminal-join]")) button.hidden = takesPart;
        for (const button of element.querySelectorAll<HTMLElement>("[data-terminal-watch]")) button.hidden = !takesPart;
        for (const keys of element.querySelectorAll<HTMLElement>("[data-terminal-keys]")) keys.hidden = !takesPart;
        if (takesPart) terminal.focus();
        measure();
        break;
      case "people": {
        const list = element.querySelector("[data-terminal-people]");
        list?.replaceChildren(
          ...word.people.map((person) => {
            const item = document.createElement("li");
            item.className = person.takes_part ? "chip chip-accent" : "chip";
            item.textContent = `${person.name} · ${say(person.takes_part ? "joined" : "watching")}`;
            return item;
          }),
        );
        break;
      }
      case "state": {
        status(word.state, word.reason);
        for (const sign of element.querySelectorAll<HTMLElement>("[data-terminal-recorded]")) sign.hidden = !word.recorded || word.state === "ended";
        if (word.state !== "ended") break;
        over = true;
        terminal.options.disableStdin = true;
        for (const part of element.querySelectorAll<HTMLElement>("[data-terminal-live]")) part.hidden = true;
        for (const part of element.querySelectorAll<HTMLElement>("[data-terminal-over]")) part.hidden = false;
        break;
      }
      case "size":
        if (!leads) terminal.resize(side(word.columns, columns), side(word.rows, rows));
        break;
      case "again":
        terminal.reset();
        break;
    }
  };

  const connect = (): void => {
    const address = new URL(path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    if (wishes) address.searchParams.set("join", "1");
    socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT;
    });
    socket.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer | string>) => {
      if (typeof data === "string") hear(JSON.parse(data) as Word);
      else terminal.write(new Uint8Array(data));
    });
    socket.addEventListener("close", () => {
      if (over) return;
      terminal.options.disableStdin = true;
      status("away");
      // Full jitter: after a restart of the server not everybody knocks at once.
      setTimeout(connect, Math.random() * wait + 100);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };

  terminal.onData((typed) => {
    if (takesPart && socket?.readyState === WebSocket.OPEN) socket.send(letters.encode(typed));
  });
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown" || !event.ctrlKey || event.altKey || event.metaKey) return true;
    // The way out for whoever has no mouse: every other key belongs to the device.
    if (event.shiftKey && event.code === "KeyL") {
      event.preventDefault();
      terminal.blur();
      element.querySelector<HTMLElement>("[data-terminal-exit]")?.focus();
      return false;
    }
    // What is marked is copied; nothing marked is the device's Ctrl C. Ctrl V pastes.
    if (event.code === "KeyC" && !event.shiftKey && terminal.hasSelection()) return false;
    return event.code !== "KeyV" || event.shiftKey;
  });
  element.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const key = event.target.closest<HTMLElement>("[data-terminal-key]")?.dataset.terminalKey;
    if (key && takesPart) {
      terminal.input(JSON.parse(`"${key}"`) as string);
      terminal.focus();
    }
    if (event.target.closest("[data-terminal-join]")) {
      wishes = true;
      send({ kind: "join" });
    }
    if (event.target.closest("[data-terminal-watch]")) {
      wishes = false;
      send({ kind: "watch" });
    }
  });
  new ResizeObserver(measure).observe(box);
  if (element.dataset.state === "ended") return;
  connect();
}
