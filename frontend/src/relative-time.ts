// <relative-time>: "3 minutes ago", kept fresh, exact instant on hover. GitHub's element with one change: it puts the
// English word "on" before dates, which has no place in a Chinese sentence, so no prefix is written unless asked for.
import { RelativeTimeElement } from "@github/relative-time-element/relative-time";

class HouseRelativeTime extends RelativeTimeElement {
  override get prefix(): string {
    return this.getAttribute("prefix") ?? "";
  }

  override set prefix(value: string) {
    this.setAttribute("prefix", value);
  }
}

if (!customElements.get("relative-time")) customElements.define("relative-time", HouseRelativeTime);
