// How a picture is looked at, live or from a recording: whole or pixel by pixel, in the page or on the full screen.
import type { Stage } from "./screen-picture";

interface KeyboardLock {
  lock?: () => Promise<void>;
}

export function view(element: HTMLElement, stage: Stage): void {
  const actual = element.querySelector<HTMLElement>("[data-screen-actual]");
  const pan = element.querySelector<HTMLElement>("[data-screen-pan]");
  const full = element.querySelector<HTMLElement>("[data-screen-full]");

  // A finger on the picture is the device's pointer. To see another part of it, it is taken off the pointer for a while.
  const moves = (on: boolean): void => {
    stage.box.toggleAttribute("data-pans", on);
    pan?.setAttribute("aria-pressed", String(on));
  };
  actual?.addEventListener("click", () => {
    stage.fits = !stage.fits;
    actual.setAttribute("aria-pressed", String(!stage.fits));
    if (pan) pan.hidden = stage.fits;
    if (stage.fits) moves(false);
  });
  pan?.addEventListener("click", () => moves(!stage.box.hasAttribute("data-pans")));

  if (!full) return;
  // A phone of Apple's has no full screen for anything but films.
  if (!document.fullscreenEnabled) {
    full.remove();
    return;
  }
  full.addEventListener("click", () => {
    if (document.fullscreenElement) {
      void document.exitFullscreen();
      return;
    }
    // Where the browser can, Esc and Alt Tab go to the device too; holding Esc leaves.
    const keyboard = (navigator as Navigator & { keyboard?: KeyboardLock }).keyboard;
    element.requestFullscreen().then(() => keyboard?.lock?.()).catch(() => {});
  });
  document.addEventListener("fullscreenchange", () => full.setAttribute("aria-pressed", String(document.fullscreenElement === element)));
}
