// How a frame of a shared screen travels: written here, read by crates/fleet/src/share/frame.rs.

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
  jpeg: Uint8Array;
}

export interface Frame {
  isWhole: boolean;
  width: number;
  height: number;
  rectangles: Rectangle[];
}

const HEAD = 11;
const RECTANGLE_HEAD = 12;

export function write(frame: Frame, number: number): ArrayBuffer {
  const size = frame.rectangles.reduce((sum, one) => sum + RECTANGLE_HEAD + one.jpeg.length, HEAD);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, frame.isWhole ? 1 : 0);
  view.setUint32(1, number);
  view.setUint16(5, frame.width);
  view.setUint16(7, frame.height);
  view.setUint16(9, frame.rectangles.length);
  let at = HEAD;
  for (const { x, y, width, height, jpeg } of frame.rectangles) {
    for (const [index, side] of [x, y, width, height].entries()) view.setUint16(at + index * 2, side);
    view.setUint32(at + 8, jpeg.length);
    bytes.set(jpeg, at + RECTANGLE_HEAD);
    at += RECTANGLE_HEAD + jpeg.length;
  }
  return bytes.buffer;
}

/** A JPEG without what is no picture (profiles, Exif, comments): browsers write some of that, and the server takes none of it. */
export function bare(jpeg: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [jpeg.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const kind = jpeg[at + 1] ?? 0;
    const after = at + 2 + (((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0));
    if (kind === 0xda) break;
    const isExtra = (kind > 0xe0 && kind <= 0xef) || kind === 0xfe;
    if (!isExtra) kept.push(jpeg.subarray(at, after));
    at = after;
  }
  kept.push(jpeg.subarray(at));
  const whole = new Uint8Array(kept.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of kept) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
