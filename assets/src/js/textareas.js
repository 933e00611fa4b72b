// A proposed text (data-proposed) stands selected, so that typing replaces it. Text boxes grow with their text. Style sheets do it where `field-sizing` exists; elsewhere rows are counted.

export function start(root) {
  document.addEventListener("focusin", (event) => selectProposal(event.target));
  selectProposal(document.activeElement);
  if (CSS.supports("field-sizing", "content")) return;
  for (const box of root.querySelectorAll("textarea[data-grow]")) {
    const fewest = box.rows;
    const grow = () => { box.rows = Math.min(Math.max(box.value.split("\n").length + 1, fewest), 30); };
    box.addEventListener("input", grow);
    grow();
  }
}

function selectProposal(box) {
  if (box?.dataset?.proposed && box.value === box.dataset.proposed) box.select();
}
