// form[data-bulk]: the bar above a list whose rows can be chosen. Checkboxes belong to it by their form attribute.
// Without the script the bar always stands there, and the server says when nothing is chosen.
export function start() {
  for (const bar of document.querySelectorAll("form[data-bulk]")) {
    const boxes = () => [...bar.elements].filter((field) => field.matches("input[type=checkbox][data-select]"));
    const all = document.querySelector("[data-bulk-all]");
    all.hidden = false;
    bar.classList.add("has-script");
    choosing(bar);
    const update = () => show(bar, all, boxes());
    all.addEventListener("change", (event) => {
      for (const box of boxes()) box.checked = event.target.checked;
      update();
    });
    document.addEventListener("change", (event) => { if (event.target.form === bar) update(); });
    let last = null;
    document.addEventListener("click", (event) => {
      if (!event.target.matches?.("[data-select]") || event.target.form !== bar) return;
      if (event.shiftKey && last) between(boxes(), last, event.target).forEach((box) => { box.checked = event.target.checked; });
      last = event.target;
      update();
    });
    addEventListener("pageshow", update);
    update();
  }
}

// On a phone the boxes come when they are asked for: a tick and a box in every row are too much.
function choosing(bar) {
  const button = bar.querySelector("[data-bulk-start]");
  const rows = document.querySelector("[data-cells]");
  button.hidden = false;
  rows.classList.add("is-ticking");
  button.addEventListener("click", () => {
    const on = !rows.classList.toggle("is-ticking");
    button.setAttribute("aria-pressed", String(on));
  });
}

function between(boxes, one, other) {
  const [from, to] = [boxes.indexOf(one), boxes.indexOf(other)].sort((a, b) => a - b);
  return boxes.slice(from, to + 1);
}

function show(bar, all, boxes) {
  const count = boxes.filter((box) => box.checked).length;
  const words = bar.querySelector("[data-bulk-count]");
  words.textContent = count ? words.dataset.words.replace("#", count) : "";
  bar.classList.toggle("is-on", count > 0);
  bar.querySelector("button[type=submit]").disabled = count === 0;
  all.checked = count > 0 && count === boxes.length;
  all.indeterminate = count > 0 && count < boxes.length;
  for (const box of boxes) box.closest("tr")?.classList.toggle("is-chosen", box.checked);
}
