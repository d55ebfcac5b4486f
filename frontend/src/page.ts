// What the page gives to the scripts: its texts (in the reader's language, from <template id="texts">), its CSRF token,
// and the small questions about elements that several islands ask.
export function text(name: string, values: Record<string, string | number> = {}): string {
  const found = document.getElementById("texts")?.dataset[name] ?? "";
  return found.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Headers that make the server answer one block instead of the whole page. */
export function fragmentHeaders(target: string): Record<string, string> {
  return { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target, Accept: "text/html" };
}

export function closest<T extends Element = HTMLElement>(event: Event, selector: string): T | null {
  return event.target instanceof Element ? event.target.closest<T>(selector) : null;
}

export function isVisible(element: Element): boolean {
  return element.checkVisibility({ visibilityProperty: true });
}

/** True for elements in which a key press is text. */
export function takesText(element: Element | null): boolean {
  if (element instanceof HTMLInputElement) {
    return !["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"].includes(element.type);
  }
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}

/** True while an input method composes (typing Chinese); 229 is what older engines report instead of isComposing. */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

export function debounce(wait: number, run: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(run, wait);
  };
}
