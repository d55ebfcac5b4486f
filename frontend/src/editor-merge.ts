// Merging in the editor: what changed on the server since the words left is put into the text that was typed on since.
// Nothing here knows of the page. A change is a stretch of the old text and what stands there instead; two changes of the
// same place both stay, ours first, because words must not be lost.

export interface Change {
  start: number;
  end: number;
  text: string;
}

/** Texts that differ in more places than this are one change: looking on would cost more than it brings. */
const DIFFERENCES_MOST = 600;

/** What turns one text into the other, in the order of the text. */
export function changes(before: string, after: string): Change[] {
  if (before === after) return [];
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && before.charCodeAt(head) === after.charCodeAt(head)) head += 1;
  let tail = 0;
  while (tail < least - head && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1;
  const old = before.slice(head, before.length - tail);
  const fresh = after.slice(head, after.length - tail);
  if (!old || !fresh || !old.includes("\n")) return [{ start: head, end: head + old.length, text: fresh }];
  return byLines(old, fresh).map(({ start, end, text }) => trimmed(before, { start: start + head, end: end + head, text }));
}

/** Without the letters at both ends that stay as they are. */
function trimmed(before: string, { start, end, text }: Change): Change {
  let [from, to, first, last] = [start, end, 0, text.length];
  while (from < to && first < last && before[from] === text[first]) [from, first] = [from + 1, first + 1];
  while (to > from && last > first && before[to - 1] === text[last - 1]) [to, last] = [to - 1, last - 1];
  return { start: from, end: to, text: text.slice(first, last) };
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

/** The changes line by line, by the shortest way from one to the other (Myers 1986). */
function byLines(before: string, after: string): Change[] {
  const [old, fresh] = [lines(before), lines(after)];
  const kept = common(old, fresh);
  if (!kept) return [{ start: 0, end: before.length, text: after }];
  const found: Change[] = [];
  let [at, place, row] = [0, 0, 0];
  for (const [i, j] of [...kept, [old.length, fresh.length] as const]) {
    const gone = old.slice(at, i).join("").length;
    const come = fresh.slice(row, j).join("");
    if (gone || come) found.push({ start: place, end: place + gone, text: come });
    place += gone + (old[i]?.length ?? 0);
    [at, row] = [i + 1, j + 1];
  }
  return found;
}

/** The pairs of lines that stay; none when the texts have too little in common. */
function common(old: string[], fresh: string[]): [number, number][] | null {
  const most = Math.min(old.length + fresh.length, DIFFERENCES_MOST);
  let ends = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  const get = (map: Map<number, number>, k: number): number => map.get(k) ?? -1;
  for (let d = 0; d <= most; d += 1) {
    trace.push(new Map(ends));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && get(ends, k - 1) < get(ends, k + 1));
      let x = down ? get(ends, k + 1) : get(ends, k - 1) + 1;
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x += 1;
      ends.set(k, x);
      if (x >= old.length && x - k >= fresh.length) return back(trace, old.length, fresh.length);
    }
  }
  return null;
}

function back(trace: Map<number, number>[], oldLength: number, freshLength: number): [number, number][] {
  const pairs: [number, number][] = [];
  let [x, y] = [oldLength, freshLength];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const ends = trace[d]!;
    const get = (k: number): number => ends.get(k) ?? -1;
    const k = x - y;
    const before = k === -d || (k !== d && get(k - 1) < get(k + 1)) ? k + 1 : k - 1;
    const [fromX, fromY] = d === 0 ? [0, 0] : [get(before), get(before) - before];
    while (x > fromX && y > fromY) pairs.push([(x -= 1), (y -= 1)]);
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

/**
 * What has to change in the text as it stands now, so that it also holds what came from the server: the changes from
 * `sent` to `theirs`, moved to where those places are now. What was typed meanwhile is never taken away.
 */
export function rebased(sent: string, theirs: string, now: string): Change[] {
  const own = changes(sent, now);
  return changes(sent, theirs).flatMap((change) => {
    let shift = 0;
    let place = -1;
    for (const mine of own) {
      if (mine.start >= change.end && (mine.start > change.start || change.start < change.end)) break; // ours comes later
      if (touches(mine, change)) place = mine.start + shift + mine.text.length;
      shift += mine.text.length - (mine.end - mine.start);
    }
    if (place < 0) return [{ start: change.start + shift, end: change.end + shift, text: change.text }];
    return change.text ? [{ start: place, end: place, text: change.text }] : [];
  });
}

/** Whether both say something about the same letters, or put something between the same two. */
function touches(mine: Change, theirs: Change): boolean {
  if (mine.start === mine.end && theirs.start === theirs.end) return mine.start === theirs.start;
  return mine.end > theirs.start && mine.start < theirs.end;
}
