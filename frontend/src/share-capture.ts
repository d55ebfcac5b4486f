// What changed on a captured screen, as rectangles of JPEG. The picture is compared tile by tile with what was sent before; neighbours
// in a row go as one rectangle. What moves is sent roughly, and once more in better quality when it has stood still for a second.
import { Encoder, type Run } from "./share-encoder";
import type { Frame } from "./share-wire";

const TILE = 64;
const LONG_MOST = 1920;
const SHORT_MOST = 1080;
const ROUGH = 0.6;
const FINE = 0.92;
/** When a frame would be longer than the server takes. */
const ROUGHER = [0.3, 0.1];
const BYTES_MOST = 1_900_000;
/** Milliseconds that a tile stands still before it is sent again, and how many are at once. */
const STILL = 1_000;
const FINE_MOST = 120;

export class Capture {
  #canvas = document.createElement("canvas");
  #encoder = new Encoder();
  #before: Uint32Array | undefined;
  /** Tiles that were sent roughly, with when they changed last. */
  #rough = new Map<number, number>();

  constructor(readonly video: HTMLVideoElement) {}

  /** The next frame: what changed, or all of it. */
  async take(wantsWhole: boolean): Promise<Frame> {
    const [width, height] = this.#size();
    const isOther = this.#canvas.width !== width || this.#canvas.height !== height;
    if (isOther) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    const context = this.#canvas.getContext("2d", { willReadFrequently: true, alpha: false });
    if (!context) throw new Error("no canvas");
    context.drawImage(this.video, 0, 0, width, height);
    const now = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
    const isWhole = wantsWhole || isOther || !this.#before;
    const changed = this.#changed(now, width, height, isWhole);
    this.#before = now;
    const at = performance.now();
    let quality = ROUGH;
    if (changed.size === 0) {
      for (const [tile, since] of this.#rough) {
        if (at - since >= STILL && changed.size < FINE_MOST) changed.add(tile);
      }
      quality = FINE;
      for (const tile of changed) this.#rough.delete(tile);
    } else {
      for (const tile of changed) this.#rough.set(tile, at);
    }
    const runs = runsOf(changed, width, height);
    if (runs.length === 0) return { isWhole, width, height, rectangles: [] };
    const rectangles = await this.#encoder.encode({
      pixels: now.slice().buffer,
      width,
      height,
      runs,
      qualities: [quality, ...ROUGHER],
      most: BYTES_MOST,
    });
    return { isWhole, width, height, rectangles };
  }

  #size(): [number, number] {
    const [width, height] = [this.video.videoWidth || 1, this.video.videoHeight || 1];
    const scale = Math.min(1, LONG_MOST / Math.max(width, height), SHORT_MOST / Math.min(width, height));
    return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  }

  #changed(now: Uint32Array, width: number, height: number, isWhole: boolean): Set<number> {
    const before = this.#before;
    const columns = Math.ceil(width / TILE);
    const changed = new Set<number>();
    if (isWhole) this.#rough.clear();
    for (let y = 0; y < height; y += TILE) {
      for (let x = 0; x < width; x += TILE) {
        const isSame = !isWhole && before && same(before, now, width, x, y, Math.min(width, x + TILE), Math.min(height, y + TILE));
        if (!isSame) changed.add((y / TILE) * columns + x / TILE);
      }
    }
    return changed;
  }

  /** Nothing is taken any more. */
  end(): void {
    this.#encoder.end();
  }
}

function same(before: Uint32Array, now: Uint32Array, width: number, left: number, top: number, right: number, bottom: number): boolean {
  for (let y = top; y < bottom; y += 1) {
    for (let at = y * width + left; at < y * width + right; at += 1) {
      if (before[at] !== now[at]) return false;
    }
  }
  return true;
}

/** Neighbours in a row of tiles, as one rectangle each. */
function runsOf(tiles: Set<number>, width: number, height: number): Run[] {
  const columns = Math.ceil(width / TILE);
  const runs: Run[] = [];
  for (const tile of [...tiles].sort((one, other) => one - other)) {
    const [x, y] = [(tile % columns) * TILE, Math.floor(tile / columns) * TILE];
    const last = runs.at(-1);
    const wide = Math.min(TILE, width - x);
    if (last && last.y === y && last.x + last.width === x) last.width += wide;
    else runs.push({ x, y, width: wide, height: Math.min(TILE, height - y) });
  }
  return runs;
}
