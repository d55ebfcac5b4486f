// The player of a recording: play, pause, speed, and any moment of it. Reads asciicast v3 line by line; a jump backwards begins
// anew, which for a terminal is quick. Long silence is shortened while it plays, the time shown stays the true one.
import type { Terminal } from "@xterm/xterm";
import { screen, side } from "./terminal-screen";

interface Happening {
  /** Seconds since it began. */
  at: number;
  kind: string;
  text: string;
}

interface Recording {
  columns: number;
  rows: number;
  events: Happening[];
  length: number;
}

/** While it plays, no silence is longer than this many seconds. */
const SILENCE = 2;

function read(file: string): Recording {
  const lines = file.split("\n");
  const header = JSON.parse(lines[0] ?? "{}") as { version?: number; term?: { cols?: number; rows?: number } };
  if (header.version !== 3) throw new Error("not an asciicast of version 3");
  const events: Happening[] = [];
  let at = 0;
  for (const line of lines.slice(1)) {
    if (!line.startsWith("[")) continue;
    let parsed: [number, string, string];
    try {
      parsed = JSON.parse(line) as [number, string, string];
    } catch {
      break; // a last line that was cut off
    }
    at += Number(parsed[0]) || 0;
    events.push({ at, kind: String(parsed[1]), text: String(parsed[2]) });
  }
  return { columns: side(header.term?.cols, 80), rows: side(header.term?.rows, 24), events, length: at };
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (number: number): string => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

export async function play(element: HTMLElement): Promise<void> {
  const box = element.querySelector<HTMLElement>("[data-player-box]");
  const place = element.querySelector<HTMLInputElement>("[data-player-place]");
  const button = element.querySelector<HTMLElement>("[data-player-toggle]");
  const speed = element.querySelector<HTMLSelectElement>("[data-player-speed]");
  const shown = element.querySelector<HTMLElement>("[data-player-time]");
  if (!box || !place || !button || !shown) return;
  let recording: Recording;
  try {
    const answer = await fetch(element.dataset.player ?? "", { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    recording = read(await answer.text());
  } catch {
    element.querySelector<HTMLElement>("[data-player-failed]")?.removeAttribute("hidden");
    return;
  }
  const { columns, rows, events, length } = recording;
  const terminal: Terminal = screen(box, { columns, rows, typed: false });
  let next = 0;
  let now = 0;
  let timer = 0;
  place.max = String(length);

  const happen = ({ kind, text }: Happening): void => {
    if (kind === "o") terminal.write(text);
    if (kind === "r") {
      const [wide, high] = text.split("x");
      terminal.resize(side(wide, terminal.cols), side(high, terminal.rows));
    }
  };
  const tell = (): void => {
    place.value = String(now);
    shown.textContent = `${clock(now)} / ${clock(length)}`;
    place.setAttribute("aria-valuetext", shown.textContent);
  };
  const seek = (to: number): void => {
    if (to < now) {
      terminal.reset();
      terminal.resize(columns, rows);
      next = 0;
    }
    for (let event = events[next]; event && event.at <= to; event = events[next]) {
      happen(event);
      next += 1;
    }
    now = to;
    tell();
  };
  const pause = (): void => {
    cancelAnimationFrame(timer);
    timer = 0;
    button.setAttribute("aria-pressed", "false");
    button.textContent = element.dataset.sayPlay ?? "";
  };
  const start = (): void => {
    if (now >= length) seek(0);
    button.setAttribute("aria-pressed", "true");
    button.textContent = element.dataset.sayPause ?? "";
    let before = performance.now();
    const step = (moment: number): void => {
      const passed = Math.max(0, ((moment - before) / 1000) * (Number(speed?.value) || 1));
      before = moment;
      let to = Math.min(now + passed, length);
      const ahead = events[next];
      if (ahead && ahead.at - to > SILENCE) to = ahead.at - SILENCE;
      seek(to);
      if (now >= length) pause();
      else timer = requestAnimationFrame(step);
    };
    timer = requestAnimationFrame(step);
  };

  button.addEventListener("click", () => (timer ? pause() : start()));
  place.addEventListener("input", () => {
    pause();
    seek(Math.min(Number(place.value), length));
  });
  element.dataset.ready = "true";
  pause();
  // What a reader sees before pressing anything is how it ended.
  seek(length);
}
