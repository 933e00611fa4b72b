// Arrow keys go from day to day, and on to the page before or after; j and k do the same one day at a time; T is today.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, j: 1, k: -1 };

export function start(page) {
  const calendar = page.querySelector("[data-calendar]");
  if (!calendar) return;
  const days = [...calendar.querySelectorAll("[data-day]")];
  const isGrid = calendar.matches("table");
  calendar.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches("[data-day]")) return;
    if (event.key === "t") return page.querySelector("[data-today]").click();
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const size = isGrid ? step : Math.sign(step);
    const next = days[days.indexOf(event.target) + size];
    if (next) next.focus();
    else page.querySelector(size < 0 ? "a[rel=prev]" : "a[rel=next]")?.click();
  });
}
