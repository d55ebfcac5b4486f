// Menus are <details class="menu">: they open without scripts. This closes them on Escape, on a click elsewhere, and
// once something in them was chosen, and walks their items with the arrow keys. In a menu that holds a form those keys
// belong to its fields.
import { closest, takesText } from "./page";

function openMenus(): NodeListOf<HTMLDetailsElement> {
  return document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");
}

document.addEventListener("click", (event) => {
  const chosen = closest(event, ".menu-item");
  for (const menu of openMenus()) {
    if (chosen || !(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = closest<HTMLDetailsElement>(event, "details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary")?.focus();
    event.stopPropagation();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !takesText(document.activeElement)) {
    const items = [...menu.querySelectorAll<HTMLElement>(".menu-item")];
    if (!items.length) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = items.indexOf(document.activeElement as HTMLElement) + step;
    items[(next + items.length) % items.length]?.focus();
    event.preventDefault();
  }
});
