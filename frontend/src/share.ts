// The page from which somebody shares their screen ([data-share]). The server's answer to a frame is what asks for the next: a page
// behind others is told of messages at once, and of its own clock once a second. What is said is in crates/fleet/src/share/socket/sharing.rs.
import { Capture } from "./share-capture";
import { serve } from "./share-encoder";
import { write } from "./share-wire";

type Word =
  | { kind: "opened" }
  | { kind: "ack"; frame: number }
  | { kind: "whole" }
  | { kind: "people"; people: string[] }
  | { kind: "refused"; text: string; again: boolean }
  | { kind: "taken" }
  | { kind: "away" }
  | { kind: "ended"; text: string };

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;

function share(element: HTMLElement): void {
  const path = element.dataset.share ?? "";
  const find = <T extends HTMLElement>(name: string): T | null => element.querySelector<T>(`[data-share-${name}]`);
  const [begin, end, video] = [find<HTMLButtonElement>("begin"), find<HTMLButtonElement>("stop"), element.querySelector("video")];
  const show = (name: string, shown: boolean): void => {
    const part = find(name);
    if (part) part.hidden = !shown;
  };
  const say = (word: string): string => element.dataset[`say${word[0]?.toUpperCase()}${word.slice(1)}`] ?? "";
  const state = (word: string, text = say(word)): void => {
    element.dataset.state = word;
    const told = find("state");
    if (told) told.textContent = text;
  };

  // Browsers hide it where a page came without encryption; phones have none at all.
  if (!window.isSecureContext) return show("insecure", true);
  if (!navigator.mediaDevices?.getDisplayMedia || !begin || !end || !video) return show("unable", true);
  show("able", true);

  let stream: MediaStream | undefined;
  let taking: Capture | undefined;
  let socket: WebSocket | undefined;
  let retry = 0;

  const people = (names: string[]): void => {
    const told = find("people");
    if (told) told.textContent = names.length ? `${say("watchedBy")} ${names.join(", ")}` : say("nobody");
  };
  const over = (word: string, text?: string): void => {
    clearTimeout(retry);
    for (const track of stream?.getTracks() ?? []) track.stop();
    taking?.end();
    stream = taking = undefined;
    video.srcObject = null;
    const open = socket;
    socket = undefined;
    open?.close();
    begin.hidden = false;
    end.hidden = true;
    show("preview", false);
    const told = find("people");
    if (told) told.textContent = "";
    state(word, text);
  };

  const connect = (capture: Capture, wait: number): void => {
    const address = new URL(path, location.href);
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const opening = new WebSocket(address);
    let wantsWhole = true;
    let number = 0;
    let next = wait;
    socket = opening;
    opening.binaryType = "arraybuffer";
    const send = async (): Promise<void> => {
      const whole = wantsWhole;
      wantsWhole = false;
      const frame = await capture.take(whole);
      number += 1;
      if (socket === opening && opening.readyState === WebSocket.OPEN) opening.send(write(frame, number));
    };
    const hear = (word: Word): void => {
      switch (word.kind) {
        case "opened":
          next = FIRST_WAIT;
          state("open");
          void send().catch(() => opening.close());
          break;
        case "ack":
          void send().catch(() => opening.close());
          break;
        case "whole":
          wantsWhole = true;
          break;
        case "people":
          people(word.people);
          break;
        case "refused":
          if (!word.again) over("idle", word.text);
          break;
        case "taken":
          over("taken");
          break;
        case "ended":
          over("ended", word.text);
          break;
        case "away":
          break;
      }
    };
    opening.addEventListener("message", ({ data }: MessageEvent<string>) => {
      if (socket === opening) hear(JSON.parse(data) as Word);
    });
    opening.addEventListener("close", () => {
      if (socket !== opening || !stream) return;
      state("away");
      retry = window.setTimeout(() => connect(capture, Math.min(next * 2, LONGEST_WAIT)), Math.random() * next + 100);
    });
  };

  begin.addEventListener("click", async () => {
    let asked: MediaStream;
    try {
      asked = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 10 }, audio: false });
    } catch {
      state("denied");
      return;
    }
    stream = asked;
    begin.hidden = true;
    end.hidden = false;
    state("connecting");
    for (const track of asked.getVideoTracks()) track.addEventListener("ended", stop);
    video.srcObject = asked;
    show("preview", true);
    await video.play().catch(() => {});
    if (video.videoWidth === 0) await new Promise((resolve) => video.addEventListener("loadeddata", resolve, { once: true }));
    if (stream !== asked) return;
    taking = new Capture(video);
    connect(taking, FIRST_WAIT);
  });
  // The browser has a button for this as well, and the captured window may be closed.
  function stop(): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ kind: "stop" }));
    over("idle");
  }
  end.addEventListener("click", stop);
}

if (typeof document === "undefined") serve();
else for (const element of document.querySelectorAll<HTMLElement>("[data-share]")) share(element);
