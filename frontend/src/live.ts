// Live pages. One stream of server-sent events carries the names of things that changed ("ticket:1042", "queue"); every
// element that says data-live="…" with such a name is fetched again from its data-live-url and morphed, so rights are
// checked where pages are made, never here. It waits while somebody types in it.
// Tabs of one browser share one stream: an HTTP/1.1 browser opens six connections a host and no more, and technicians
// open more tabs than that. Whoever holds the lock listens and tells the others.
import { holdsChanges } from "./forms";
import { swapKeepingPlace } from "./htmx-hooks";
import { fragmentHeaders, isVisible, takesText } from "./page";

const GATHER = 60;
const RETRY_FIRST = 1_000;
const RETRY_MOST = 30_000;
const ASK_AGAIN = 2_000;
const EVERYTHING = "*";

const due = new Set<string>();
const waiting = new Set<Element>();
const fetching = new WeakMap<Element, AbortController>();
const fetchedAt = new WeakMap<Element, number>();
let gatherTimer = 0;

type Message = { topics: string[] } | { connected: boolean };

function liveElements(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-live][data-live-url]")];
}

function listensTo(element: HTMLElement, topics: Set<string>): boolean {
  const own = element.dataset.live?.split(/\s+/) ?? [];
  return topics.has(EVERYTHING) || own.some((topic) => topics.has(topic));
}

function changed(topics: string[]): void {
  for (const topic of topics) due.add(topic);
  clearTimeout(gatherTimer);
  if (!document.hidden) gatherTimer = window.setTimeout(flush, GATHER);
}

function flush(): void {
  if (!due.size) return;
  const topics = new Set(due);
  due.clear();
  for (const element of liveElements()) if (listensTo(element, topics)) void refresh(element);
}

/** Somebody is at work inside: a field has the focus, a menu is open, or a form was changed and not sent. */
function isInUse(element: Element): boolean {
  const active = document.activeElement;
  return (
    (active !== null && element.contains(active) && takesText(active)) ||
    element.querySelector("details.menu[open], dialog[open]") !== null ||
    holdsChanges(element)
  );
}

/** A list that was made longer by "more" asks for as many rows as it shows. */
function addressOf(element: HTMLElement): string {
  const address = new URL(element.dataset.liveUrl ?? "", location.href);
  if (element.matches("[data-list]")) {
    address.searchParams.set("rows", String(element.querySelectorAll("[data-row]").length));
  }
  return address.href;
}

async function refresh(element: HTMLElement): Promise<void> {
  if (isInUse(element)) {
    waiting.add(element);
    return;
  }
  waiting.delete(element);
  fetching.get(element)?.abort();
  const controller = new AbortController();
  fetching.set(element, controller);
  fetchedAt.set(element, Date.now());
  const target = `${element.tagName.toLowerCase()}#${element.id}`;
  try {
    const answer = await fetch(addressOf(element), {
      headers: { ...fragmentHeaders(target), "X-Live": "true" },
      signal: controller.signal,
    });
    if (answer.status !== 200 || answer.redirected) return;
    const html = await answer.text();
    if (controller.signal.aborted || !element.isConnected) return;
    if (isInUse(element)) {
      waiting.add(element);
      return;
    }
    await swapKeepingPlace({
      text: html,
      target: element,
      sourceElement: element,
      swap: element.dataset.liveSwap ?? "outerMorph",
    });
  } catch (error) {
    if (!controller.signal.aborted) console.warn("live: could not refresh", element.dataset.liveUrl, error);
  }
}

function showConnection(connected: boolean): void {
  for (const banner of document.querySelectorAll<HTMLElement>("[data-offline]")) banner.hidden = connected;
}

function receive(message: Message): void {
  if ("connected" in message) showConnection(message.connected);
  else changed(message.topics);
}

/** Keeps the stream open for as long as the page lives, with growing pauses between attempts. */
function listen(url: string, tell: (message: Message) => void): void {
  let pause = RETRY_FIRST;
  let hadOne = false;
  let stream: EventSource;
  const open = (): void => {
    stream = new EventSource(url);
    stream.addEventListener("open", () => {
      pause = RETRY_FIRST;
      tell({ connected: true });
      if (hadOne) tell({ topics: [EVERYTHING] }); // changes in the gap were missed
      hadOne = true;
    });
    stream.addEventListener("change", (event) => {
      const topics = String((event as MessageEvent).data).split(/\s+/).filter(Boolean);
      if (topics.length) tell({ topics });
    });
    stream.addEventListener("error", () => {
      stream.close();
      hadOne = true;
      if (pause > RETRY_FIRST) tell({ connected: false });
      window.setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, RETRY_MOST);
    });
  };
  open();
  window.addEventListener("pagehide", () => stream.close());
  // A page brought back from the browser's memory has a closed stream and old content.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

function start(url: string): void {
  const locks = navigator.locks; // absent on plain http outside localhost: then each tab listens for itself
  if (!locks || typeof BroadcastChannel === "undefined") {
    listen(url, receive);
    return;
  }
  const channel = new BroadcastChannel(`mainstay${url}`);
  channel.addEventListener("message", (event) => receive(event.data as Message));
  void locks.request(`mainstay${url}`, () => {
    listen(url, (message) => {
      receive(message);
      channel.postMessage(message);
    });
    return new Promise<never>(() => undefined); // held until the tab goes, then the next tab takes over
  });
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) flush();
});

document.addEventListener("focusout", () => window.setTimeout(retryWaiting, GATHER));

function retryWaiting(): void {
  for (const element of [...waiting]) {
    if (!element.isConnected) waiting.delete(element);
    else if (!isInUse(element)) void refresh(element as HTMLElement);
  }
}

function refreshAged(): void {
  for (const element of liveElements()) {
    const every = Number(element.dataset.liveEvery) * 1_000;
    if (!every || !isVisible(element)) continue;
    const last = fetchedAt.get(element);
    if (last === undefined) fetchedAt.set(element, Date.now());
    else if (Date.now() - last >= every) void refresh(element);
  }
}

window.setInterval(() => {
  retryWaiting();
  if (!document.hidden) refreshAged();
}, ASK_AGAIN);

const url = document.body.dataset.liveStream;
if (url) start(url);
