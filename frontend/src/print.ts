// A button that prints the page; without scripts the browser's menu does.
import { closest } from "./page";

document.addEventListener("click", (event) => {
  if (closest(event, "[data-print]")) window.print();
});
