// A recording as a file of FBS 001.000 (from rfbproxy, read by TightVNC's player): blocks of a length, that many bytes padded to
// four, and milliseconds since it began; all numbers big-endian. Read while it comes.
const MAGIC = "FBS 001.000\n";

export interface Block {
  /** Milliseconds since it began. */
  at: number;
  bytes: Uint8Array;
}

export class Recording {
  readonly blocks: Block[] = [];
  /** Whether the whole file is here. */
  isWhole = false;

  /** Milliseconds, as far as it is here. */
  get length(): number {
    return this.blocks.at(-1)?.at ?? 0;
  }

  /** Reads the file at this address; `more` is called whenever blocks came. Throws when it is none or cannot be had. */
  async load(address: string, more: () => void): Promise<void> {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok || !answer.body) throw new Error(String(answer.status));
    const reader = answer.body.getReader();
    let rest: Uint8Array = new Uint8Array();
    let begun = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      rest = join(rest, value);
      if (!begun && rest.length >= MAGIC.length) {
        if (new TextDecoder().decode(rest.subarray(0, MAGIC.length)) !== MAGIC) throw new Error("not an FBS file");
        rest = rest.subarray(MAGIC.length);
        begun = true;
      }
      if (!begun) continue;
      rest = this.#take(rest);
      more();
    }
    if (!begun) throw new Error("not an FBS file");
    // What remains is a block that was cut off, as when the session still runs.
    this.isWhole = true;
    more();
  }

  /** Takes the blocks that are whole and says what remains. */
  #take(from: Uint8Array): Uint8Array {
    const numbers = new DataView(from.buffer, from.byteOffset, from.byteLength);
    let place = 0;
    while (place + 4 <= from.length) {
      const length = numbers.getUint32(place);
      const after = place + 4 + Math.ceil(length / 4) * 4;
      if (after + 4 > from.length) break;
      this.blocks.push({ at: Math.max(this.length, numbers.getUint32(after)), bytes: from.subarray(place + 4, place + 4 + length) });
      place = after + 4;
    }
    return from.subarray(place);
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (!first.length) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
