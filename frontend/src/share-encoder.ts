// Pictures become JPEG in a worker. On the page itself a browser waits with that until the page is idle, a second for each picture when it
// lies behind others, and that is where a page that shares lies. The worker is this same script once more (share.ts).
import { bare, type Rectangle } from "./share-wire";

export interface Run {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Order {
  /** The whole picture, four bytes for each pixel. */
  pixels: ArrayBuffer;
  width: number;
  height: number;
  runs: Run[];
  /** Tried in their order until all of it together is short enough. */
  qualities: number[];
  most: number;
}

/** The page's side. */
export class Encoder {
  #worker = new Worker(import.meta.url, { type: "module" });
  #before: Promise<unknown> = Promise.resolve();

  /** One order after the other: an answer does not say what it answers. */
  encode(order: Order): Promise<Rectangle[]> {
    const answer = this.#before.then(() => this.#ask(order));
    this.#before = answer.catch(() => {});
    return answer;
  }

  #ask(order: Order): Promise<Rectangle[]> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Rectangle[]>) => resolve(data);
      this.#worker.onerror = () => reject(new Error("no picture"));
      this.#worker.postMessage(order, [order.pixels]);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** The worker's side. */
export function serve(): void {
  addEventListener("message", ({ data }: MessageEvent<Order>) => {
    void encode(data).then((rectangles) => postMessage(rectangles));
  });
}

async function encode({ pixels, width, height, runs, qualities, most }: Order): Promise<Rectangle[]> {
  const whole = new ImageData(new Uint8ClampedArray(pixels), width, height);
  let rectangles: Rectangle[] = [];
  for (const quality of qualities) {
    rectangles = [];
    for (const run of runs) {
      const piece = new OffscreenCanvas(run.width, run.height);
      piece.getContext("2d", { alpha: false })?.putImageData(whole, -run.x, -run.y, run.x, run.y, run.width, run.height);
      const blob = await piece.convertToBlob({ type: "image/jpeg", quality });
      rectangles.push({ ...run, jpeg: bare(new Uint8Array(await blob.arrayBuffer())) });
    }
    if (rectangles.reduce((sum, one) => sum + one.jpeg.length + 12, 0) <= most) break;
  }
  return rectangles;
}
