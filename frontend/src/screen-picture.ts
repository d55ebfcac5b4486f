// The picture of a device's screen: noVNC, fed by us. It is given a channel that looks like a WebSocket and is none, because the
// same socket carries words too, and because a recording is fed by time. A picture that begins is laid behind the one that is
// shown, so that a new beginning or a jump in a recording does not flash.
import RFB, { type RawChannel } from "@novnc/novnc";

class Channel implements RawChannel {
  binaryType = "arraybuffer";
  readonly protocol = "";
  readyState = "open";
  onopen: RawChannel["onopen"] = null;
  onmessage: RawChannel["onmessage"] = null;
  onclose: RawChannel["onclose"] = null;
  onerror: RawChannel["onerror"] = null;

  constructor(readonly said: (bytes: Uint8Array) => void) {}

  send(bytes: Uint8Array): void {
    this.said(bytes);
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    // Not at once: noVNC starts to wait for this after it has called close.
    queueMicrotask(() => this.onclose?.({ code: 1000, reason: "" }));
  }
}

/** What a picture tells whoever feeds it. */
export interface Listener {
  /** Bytes for the server. */
  said: (bytes: Uint8Array) => void;
  /** A whole update is on the canvas. */
  painted?: () => void;
  /** The bytes made no sense. */
  failed: () => void;
}

const UPDATE_REQUEST = 3;
const FENCE = 248;

export class Picture {
  readonly rfb: RFB;
  readonly layer = document.createElement("div");
  #channel: Channel;
  #isGreeted = false;
  #isConnected = true;
  #isOver = false;

  constructor(
    box: HTMLElement,
    readonly listener: Listener,
  ) {
    this.layer.className = "screen-layer screen-coming";
    box.append(this.layer);
    this.#channel = new Channel((bytes) => {
      if (this.#isOver) return;
      listener.said(bytes);
      // noVNC answers the fence behind a frame once it was drawn; of a server without fences it asks for what changed (1) next.
      if (bytes[0] === FENCE || (bytes[0] === UPDATE_REQUEST && bytes[1] === 1)) listener.painted?.();
    });
    this.rfb = new RFB(this.layer, this.#channel);
    this.rfb.background = "transparent";
    this.rfb.viewOnly = true;
    this.rfb.addEventListener("connect", () => {
      this.#isGreeted = true;
    });
    this.rfb.addEventListener("disconnect", () => {
      this.#isConnected = false;
      this.#fail();
    });
  }

  get canvas(): HTMLCanvasElement | null {
    return this.layer.querySelector("canvas");
  }

  /** Whether its middle has a colour yet. */
  get isDrawn(): boolean {
    const canvas = this.canvas;
    const middle = canvas?.width ? canvas.getContext("2d")?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1) : undefined;
    return (middle?.data[3] ?? 0) > 0;
  }

  /** More of the server's bytes, cut anywhere. */
  feed(bytes: Uint8Array): void {
    let fed = 0;
    try {
      // noVNC ends its turn with the greeting and would leave lying what came in the same piece: bit by bit until then.
      while (!this.#isGreeted && !this.#isOver && fed < bytes.length) this.#channel.onmessage?.({ data: bytes.subarray(fed, (fed += 1)) });
      if (!this.#isOver && fed < bytes.length) this.#channel.onmessage?.({ data: bytes.subarray(fed) });
    } catch {
      this.#fail();
    }
  }

  /** Nothing is sent any more; the picture stays as it is. */
  freeze(): void {
    release();
    this.rfb.viewOnly = true;
  }

  drop(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      if (this.#isConnected) this.rfb.disconnect();
    }
    this.layer.remove();
  }

  #fail(): void {
    if (this.#isOver) return;
    this.drop();
    this.listener.failed();
  }
}

/** Lets go of every key that noVNC holds down. It does so only when its window loses the focus, so that is what it is told. */
export function release(): void {
  window.dispatchEvent(new FocusEvent("blur"));
}

/** The place of the picture in the page. */
export class Stage {
  #shown: Picture | undefined;
  #coming: Picture | undefined;
  #fits = true;
  #sizes = new MutationObserver(() => this.#measure());

  constructor(
    readonly box: HTMLElement,
    readonly label: string,
  ) {}

  /** The picture that is seen. */
  get shown(): Picture | undefined {
    return this.#shown;
  }

  /** The picture that bytes go to: the one to come, or else the one that is seen. */
  get fed(): Picture | undefined {
    return this.#coming ?? this.#shown;
  }

  /** Whether the whole picture is seen, however small; else every pixel is one. */
  get fits(): boolean {
    return this.#fits;
  }

  set fits(fits: boolean) {
    this.#fits = fits;
    this.box.toggleAttribute("data-actual", !fits);
    if (this.#shown) this.#shown.rfb.scaleViewport = fits;
  }

  /** A new picture, behind the one that is shown until `reveal`. */
  begin(listener: Listener): Picture {
    this.#coming?.drop();
    this.#shown?.freeze();
    this.#coming = new Picture(this.box, listener);
    return this.#coming;
  }

  /** The picture to come is the one that is seen. Says whether it is new. */
  reveal(): boolean {
    const coming = this.#coming;
    if (!coming) return false;
    const hadFocus = this.#shown?.layer.contains(document.activeElement) ?? false;
    this.#shown?.drop();
    this.#coming = undefined;
    this.#shown = coming;
    coming.layer.classList.remove("screen-coming");
    coming.rfb.scaleViewport = this.#fits;
    this.#sizes.disconnect();
    const canvas = coming.canvas;
    if (canvas) {
      canvas.tabIndex = 0;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", this.label);
      this.#sizes.observe(canvas, { attributeFilter: ["width", "height"] });
      if (hadFocus) canvas.focus({ preventScroll: true });
    }
    this.#measure();
    return true;
  }

  /** Whatever is shown stays, and takes nothing. */
  freeze(): void {
    this.#coming?.drop();
    this.#coming = undefined;
    this.#shown?.freeze();
  }

  /** The box is as high as the picture is at its width, within what the page leaves (screen.css). */
  #measure(): void {
    const canvas = this.#shown?.canvas;
    if (canvas?.width && canvas.height) this.box.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
  }
}
