// The buttons above the text of an article: each puts the marks of Markdown around what is selected, or before its lines,
// and takes them away again. Enter goes on with a list and ends an empty one.

type Insert = (text: string) => void;

const AROUND: Record<string, string> = { bold: "**", italic: "*", code: "`" };
const BEFORE: Record<string, (index: number) => string> = {
  heading: () => "## ",
  subheading: () => "### ",
  list: () => "- ",
  steps: (index) => `${index + 1}. `,
  tasks: () => "- [ ] ",
  quote: () => "> ",
};
const MARKS = /^(#{2,3} |- \[[ x]\] |[-*] |\d+[.)] |> )/;

/** Does what a button or key says; false when there is nothing to do. */
export function act(area: HTMLTextAreaElement, what: string, words: DOMStringMap, insert: Insert): boolean {
  const around = AROUND[what];
  const before = BEFORE[what];
  if (around) wrap(area, around, insert);
  else if (before) prefix(area, before, insert);
  else if (what === "enter") return goOn(area, insert);
  else if (what === "link") link(area, words.sayLinkText ?? "text", insert);
  else block(area, blockOf(what, words), insert);
  return true;
}

function selected(area: HTMLTextAreaElement): string {
  return area.value.slice(area.selectionStart, area.selectionEnd);
}

function wrap(area: HTMLTextAreaElement, mark: string, insert: Insert): void {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const text = selected(area);
  const isMarked = value.slice(start - mark.length, start) === mark && value.slice(end, end + mark.length) === mark;
  area.focus();
  if (isMarked) {
    area.setSelectionRange(start - mark.length, end + mark.length);
    insert(text);
    area.setSelectionRange(start - mark.length, end - mark.length);
  } else {
    insert(`${mark}${text}${mark}`);
    area.setSelectionRange(start + mark.length, end + mark.length);
  }
}

function link(area: HTMLTextAreaElement, placeholder: string, insert: Insert): void {
  const text = selected(area) || placeholder;
  const start = area.selectionStart;
  insert(`[${text}](https://)`);
  area.setSelectionRange(start + text.length + 3, start + text.length + 11);
}

/** Whole lines, from the first that is touched to the last. */
function prefix(area: HTMLTextAreaElement, mark: (index: number) => string, insert: Insert): void {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = value.indexOf("\n", area.selectionEnd);
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split("\n");
  const isMarked = lines.every((line, index) => line.startsWith(mark(index)));
  const changed = lines.map((line, index) => (isMarked ? line.slice(mark(index).length) : mark(index) + line.replace(MARKS, "")));
  area.focus();
  area.setSelectionRange(start, end);
  insert(changed.join("\n"));
}

function blockOf(what: string, words: DOMStringMap): string {
  if (what === "table") {
    const column = words.sayColumnText ?? "Column";
    return `| ${column} 1 | ${column} 2 |\n|---|---|\n|  |  |\n|  |  |`;
  }
  if (what === "diagram") return "```dot\ndigraph {\n  rankdir=LR\n  client -> server -> database\n}\n```";
  if (what === "codeblock") return "```\n\n```";
  const callout = what.startsWith("callout-") ? what.slice("callout-".length).toUpperCase() : "NOTE";
  return `> [!${callout}]\n> `;
}

/** A block stands alone: an empty line before and after it. */
function block(area: HTMLTextAreaElement, text: string, insert: Insert): void {
  const before = area.value.slice(0, area.selectionEnd);
  area.focus();
  area.setSelectionRange(area.selectionEnd, area.selectionEnd);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  insert(`${gap}${text}\n`);
}

/** Enter in a list begins the next point; in an empty point it ends the list. */
function goOn(area: HTMLTextAreaElement, insert: Insert): boolean {
  if (area.selectionStart !== area.selectionEnd) return false;
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const line = area.value.slice(start, area.selectionStart);
  const found = /^(\s*)(- \[[ x]\] |[-*] |(\d+)([.)]) |> )(.*)$/.exec(line);
  if (!found) return false;
  const [, indent = "", mark = "", number, dot = ".", rest = ""] = found;
  if (!rest.trim()) {
    area.setSelectionRange(start, area.selectionStart);
    insert("");
    return false;
  }
  const next = number ? `${Number(number) + 1}${dot} ` : mark.replace("[x]", "[ ]");
  insert(`\n${indent}${next}`);
  return true;
}
