// Text for the device as keys: whatever an input method made of it, letter by letter. X11 names a key for every letter of
// Unicode (X11 protocol, appendix A: 0x01000000 + code point; Latin-1 is itself). And the keys that a browser or a phone keeps
// for itself.
import { isComposing } from "./page";

const ENTER = 0xff0d;
const TAB = 0xff09;
/** Letters at once, and the pause after them in milliseconds: a long text must not hold up the pointer. */
const PIECE = 32;
const PAUSE = 25;

/** The key of a letter; none for what is no letter. */
export function keysym(letter: string): number | undefined {
  const code = letter.codePointAt(0) ?? 0;
  if (code === 0x0a) return ENTER;
  if (code === 0x09) return TAB;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return undefined;
  return code <= 0xff ? code : 0x01000000 + code;
}

export interface Keys {
  /** Presses or lets go of a key; does nothing for who only watches. */
  press: (keysym: number, down: boolean) => void;
  ctrlAltDel: () => void;
  focus: () => void;
}

export function typing(element: HTMLElement, keys: Keys): void {
  const form = element.querySelector<HTMLFormElement>("[data-screen-type]");
  const field = form?.querySelector("textarea");
  const enter = form?.querySelector<HTMLInputElement>("input[type=checkbox]");
  const held = new Set<HTMLElement>();

  const tap = (key: number): void => {
    keys.press(key, true);
    keys.press(key, false);
  };
  const hold = (button: HTMLElement, down: boolean): void => {
    keys.press(Number(button.dataset.screenHold), down);
    button.setAttribute("aria-pressed", String(down));
    if (down) held.add(button);
    else held.delete(button);
  };
  const letGo = (): void => {
    for (const button of [...held]) hold(button, false);
  };

  let before = Promise.resolve();
  const type = async (letters: number[]): Promise<void> => {
    for (let at = 0; at < letters.length; at += PIECE) {
      for (const key of letters.slice(at, at + PIECE)) tap(key);
      if (at + PIECE < letters.length) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    letGo();
  };
  const send = (): void => {
    if (!field) return;
    const text = field.value.replace(/\r\n?/g, "\n");
    const letters = [...text].flatMap((letter) => keysym(letter) ?? []);
    if (enter?.checked) letters.push(ENTER);
    if (!letters.length) return;
    before = before.then(() => type(letters));
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    field?.focus();
  });
  field?.addEventListener("keydown", (event) => {
    // While an input method composes, Enter is its own.
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    send();
  });
  element.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLElement>("[data-screen-key], [data-screen-hold], [data-screen-ctrl-alt-del]");
    if (!button) return;
    if (button.dataset.screenHold) {
      hold(button, !held.has(button));
      return;
    }
    if (button.dataset.screenKey) tap(Number(button.dataset.screenKey));
    else keys.ctrlAltDel();
    letGo();
    // A finger keeps its place among the buttons; whoever has a keyboard goes on with the device.
    if (matchMedia("(pointer: fine)").matches) keys.focus();
  });
}
