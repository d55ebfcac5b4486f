// The player of a recording: play, pause, speed, and any moment of it, through the same noVNC. A jump backwards begins anew, behind
// the picture that is shown, and runs up to the place in small pieces, so that the page stays quick. Long silence is shortened while
// it plays; the time shown stays the true one.
import { type Picture, Stage } from "./screen-picture";
import { Recording } from "./screen-recording";
import { view } from "./screen-view";

/** While it plays, no silence is longer than this many milliseconds. */
const SILENCE = 2_000;
/** How long in milliseconds the page may be kept from anything else. */
const TURN = 24;
/** Bytes that noVNC is given before it has said that it drew something, and how long it is waited for then. It waits for JPEG
    pictures to be decoded, and does in one go what came meanwhile; or it has not got the whole of a large update yet. */
const AHEAD = 128 << 10;
const PATIENCE = 40;
/** How long the slider must rest before a jump backwards begins anew, and when catching up shows its progress. */
const REST = 80;
const PROGRESS = 300;
/** Blocks that surely hold the first picture. */
const BEGINNING = 50;
/** The moment of the first picture, and when it is no longer waited for. */
const FIRST = Infinity;
const LATEST = 10_000;

/** Gives the page its turn, also in a tab that is not seen, where timers are slow. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

function clock(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  const two = (number: number): string => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** Feeds a recording to pictures. Whoever asks for another moment meanwhile takes over. */
class Feeding {
  /** The moment that is shown, in milliseconds. */
  now = -1;
  /** The moment of the first picture. */
  first = 0;
  #next = 0;
  #round = 0;
  #picture: Picture | undefined;
  #isPainted = false;
  #unanswered = 0;
  #answered: (() => void) | undefined;

  constructor(
    readonly recording: Recording,
    readonly stage: Stage,
    readonly tell: (reached: number, goal: number) => void,
    readonly failed: () => void,
  ) {}

  /** Whether the picture is still on its way to a moment. */
  get isRunning(): boolean {
    return this.stage.box.ariaBusy === "true";
  }

  set isRunning(runs: boolean) {
    this.stage.box.ariaBusy = String(runs);
  }

  /** Shows this moment, or the first at which there is a picture. */
  async run(goal: number): Promise<void> {
    const round = ++this.#round;
    this.isRunning = true;
    if (!this.#picture || goal < this.now) this.#begin();
    let until = performance.now() + TURN;
    for (let block = this.#block(goal); block && !(goal === FIRST && this.#isBegun(block.at)); block = this.#block(goal)) {
      this.#next += 1;
      this.#unanswered += block.bytes.length;
      this.#picture?.feed(block.bytes);
      this.now = block.at;
      if (this.#unanswered > AHEAD || goal === FIRST) await this.#answer();
      if (performance.now() > until) {
        await turn();
        until = performance.now() + TURN;
        if (round === this.#round) this.tell(this.now, goal);
      }
      if (round !== this.#round) return;
    }
    if (this.#unanswered) await this.#answer();
    if (round !== this.#round) return;
    if (goal === FIRST) this.first = this.now;
    else this.now = goal;
    this.isRunning = false;
    this.stage.reveal();
    this.tell(this.now, this.now);
  }

  /** Goes no further. */
  stop(): void {
    this.#round += 1;
    this.isRunning = false;
  }

  /** How long it is still until something happens. */
  silence(from: number): number {
    const next = this.recording.blocks[this.#next];
    return next ? next.at - from : 0;
  }

  #block(goal: number): { at: number; bytes: Uint8Array } | undefined {
    const block = this.recording.blocks[this.#next];
    return block && block.at <= goal ? block : undefined;
  }

  /** Whether there is something to see; an update may hold no more than the shape of a pointer. */
  #isBegun(at: number): boolean {
    return at > LATEST || (this.#isPainted && this.#picture?.isDrawn === true);
  }

  #begin(): void {
    this.#next = 0;
    this.#unanswered = 0;
    this.now = -1;
    const answered = (): void => {
      this.#unanswered = 0;
      this.#answered?.();
    };
    this.#isPainted = false;
    const painted = (): void => {
      this.#isPainted = true;
    };
    this.#picture = this.stage.begin({ said: answered, painted, failed: this.failed });
  }

  #answer(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE);
      this.#answered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export async function play(element: HTMLElement): Promise<void> {
  const box = element.querySelector<HTMLElement>("[data-screen-box]");
  const place = element.querySelector<HTMLInputElement>("[data-player-place]");
  const button = element.querySelector<HTMLElement>("[data-player-toggle]");
  const speed = element.querySelector<HTMLSelectElement>("[data-player-speed]");
  const shown = element.querySelector<HTMLElement>("[data-player-time]");
  const progress = element.querySelector<HTMLProgressElement>("[data-player-progress]");
  if (!box || !place || !button || !shown) return;
  const stage = new Stage(box, box.dataset.label ?? "");
  view(element, stage);
  const recording = new Recording();
  const fail = (): void => element.querySelector<HTMLElement>("[data-player-failed]")?.removeAttribute("hidden");
  let frame = 0;
  let goal = 0;
  let since = 0;
  let begun = false;

  const tell = (reached: number, goal: number): void => {
    const to = Math.max(0, goal === FIRST ? reached : goal);
    place.value = to < recording.length ? String(to / 1000) : place.max;
    shown.textContent = `${clock(to)} / ${clock(recording.length)}`;
    place.setAttribute("aria-valuetext", shown.textContent);
    if (!progress) return;
    progress.hidden = reached >= to || performance.now() - since < PROGRESS;
    progress.max = Math.max(1, to);
    progress.value = Math.max(0, reached);
  };
  const feeding = new Feeding(recording, stage, tell, fail);

  const pause = (): void => {
    cancelAnimationFrame(frame);
    frame = 0;
    button.setAttribute("aria-pressed", "false");
    button.textContent = element.dataset.sayPlay ?? "";
  };
  const seek = async (to: number): Promise<void> => {
    goal = Math.max(feeding.first, Math.min(to, recording.length));
    since = performance.now();
    tell(goal, goal);
    await feeding.run(goal);
  };
  const step = (before: number) => (moment: number) => {
    frame = requestAnimationFrame(step(moment));
    // What takes long to draw makes it play slower, not jump.
    if (feeding.isRunning) return;
    const passed = Math.max(0, moment - before) * (Number(speed?.value) || 1);
    goal = Math.min(feeding.now + passed, recording.length);
    if (feeding.silence(goal) > SILENCE) goal += feeding.silence(goal) - SILENCE;
    since = moment;
    void feeding.run(goal);
    if (goal >= recording.length && recording.isWhole) pause();
  };
  const start = async (): Promise<void> => {
    button.setAttribute("aria-pressed", "true");
    button.textContent = element.dataset.sayPause ?? "";
    frame = requestAnimationFrame(step(performance.now()));
    if (recording.isWhole && feeding.now >= recording.length) await seek(0);
  };

  button.addEventListener("click", () => {
    if (progress && !progress.hidden) {
      feeding.stop();
      stage.reveal();
      tell(feeding.now, feeding.now);
    }
    if (frame) pause();
    else void start();
  });
  let rest = 0;
  place.addEventListener("input", () => {
    pause();
    const to = Number(place.value) * 1000;
    feeding.stop();
    tell(to, to);
    clearTimeout(rest);
    rest = window.setTimeout(() => void seek(to), to < feeding.now ? REST : 0);
  });
  pause();
  try {
    await recording.load(element.dataset.screenPlayer ?? "", () => {
      place.max = String(Math.ceil(recording.length / 1000));
      if (!feeding.isRunning) tell(feeding.now, feeding.now);
      // What is seen before anything is pressed is how it began.
      if (!begun && (recording.isWhole || recording.blocks.length > BEGINNING)) {
        begun = true;
        void feeding.run(FIRST);
      }
    });
  } catch {
    fail();
  }
  element.dataset.ready = "true";
}
