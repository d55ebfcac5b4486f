// The two clipboards, by choice and never by themselves: text is sent when somebody presses the button, and what the device's
// clipboard held is shown, not taken.
export interface Clipboard {
  /** What came from the device. */
  came: (text: string) => void;
}

export function clipboard(element: HTMLElement, send: (text: string) => void): Clipboard {
  const panel = element.querySelector<HTMLDetailsElement>("[data-screen-clipboard]");
  const own = panel?.querySelector<HTMLTextAreaElement>("[data-screen-clipboard-own]");
  const theirs = panel?.querySelector<HTMLTextAreaElement>("[data-screen-clipboard-theirs]");
  const copy = panel?.querySelector<HTMLButtonElement>("[data-screen-clipboard-copy]");
  const news = panel?.querySelector<HTMLElement>("[data-screen-clipboard-new]");
  const sent = panel?.querySelector<HTMLElement>("[data-screen-clipboard-sent]");

  panel?.querySelector("[data-screen-clipboard-send]")?.addEventListener("click", () => {
    if (!own?.value) {
      own?.focus();
      return;
    }
    send(own.value);
    if (sent) sent.hidden = false;
  });
  own?.addEventListener("input", () => {
    if (sent) sent.hidden = true;
  });
  panel?.addEventListener("toggle", () => {
    if (panel.open && news) news.hidden = true;
  });
  return {
    came: (text) => {
      if (!theirs) return;
      theirs.value = text;
      if (copy) {
        copy.dataset.copy = text;
        copy.disabled = !text;
      }
      if (news && !panel?.open) news.hidden = false;
    },
  };
}
