// Menus are <details>. Here: only one open, closed by Escape and by a click elsewhere.
const MENUS = "details.menu[open], details.help[open], details.nav-drawer[open]";

export function start() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(MENUS)) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.(MENUS);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
