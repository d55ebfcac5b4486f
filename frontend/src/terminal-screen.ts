// What both kinds of terminal share: an xterm in the colours of the page, in the light and in the dark.
import { type ITheme, Terminal } from "@xterm/xterm";

/** Sixteen colours that can be read on the page's ground; the page's own come from the tokens. */
const LIGHT = "#1a2127 #b3261e #156c40 #7d5200 #0a5ea8 #7b2f8f #0a6080 #54606a #6b7882 #b3261e #156c40 #7d5200 #0a5ea8 #7b2f8f #0a6080 #1a2127";
const DARK = "#2b343a #f1867e #6cc995 #e3b04b #7db4f0 #d79bea #57b4d3 #c5ced4 #8a97a1 #f6a49e #8fdbb0 #f0c976 #a4ccf7 #e6bdf3 #7cc7df #e4e9ec";
const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

const dark = matchMedia("(prefers-color-scheme: dark)");

function theme(): ITheme {
  const tokens = getComputedStyle(document.documentElement);
  const token = (name: string): string => tokens.getPropertyValue(name).trim();
  const colours = (dark.matches ? DARK : LIGHT).split(" ");
  const sixteen: Record<string, string> = {};
  for (const [index, name] of NAMES.entries()) {
    sixteen[name] = colours[index] ?? "";
    sixteen[`bright${name[0]?.toUpperCase()}${name.slice(1)}`] = colours[index + 8] ?? "";
  }
  return {
    ...sixteen,
    background: token("--surface"),
    foreground: token("--text"),
    cursor: token("--accent"),
    cursorAccent: token("--surface"),
    selectionBackground: token("--accent-line"),
  };
}

export interface Look {
  columns: number;
  rows: number;
  /** Whether keys are taken at all. */
  typed: boolean;
}

/** An xterm inside this element. */
export function screen(box: HTMLElement, { columns, rows, typed }: Look): Terminal {
  const terminal = new Terminal({
    cols: columns,
    rows,
    theme: theme(),
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono").trim() || "monospace",
    fontSize: 13,
    lineHeight: 1.2,
    scrollback: 5_000,
    minimumContrastRatio: 4.5,
    disableStdin: !typed,
    cursorInactiveStyle: "outline",
    // A link in what a device shows is the device's word; nobody should be one click from it.
    linkHandler: { activate: () => {} },
  });
  terminal.open(box);
  dark.addEventListener("change", () => {
    terminal.options.theme = theme();
  });
  return terminal;
}

/** The sides of a terminal, as the server may say them. */
export function side(value: string | number | undefined, otherwise: number): number {
  const number = Math.trunc(Number(value));
  return number >= 1 && number <= 1000 ? number : otherwise;
}
