const SHOWN_MS = 8000;

/**
 * A short message at the foot of the window, read out by screen readers; stays while it has focus or the pointer.
 * @param {string} text
 * @param {{label: string, run: () => void}} [action]  such as Undo
 */
export function toast(text, action) {
  const region = document.getElementById("toasts");
  if (!region) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.label });
    button.addEventListener("click", () => { box.remove(); action.run(); });
    box.append(button);
  }
  region.replaceChildren(box);
  leaveLater(box);
}

function leaveLater(box) {
  setTimeout(() => {
    if (box.matches(":hover, :focus-within")) leaveLater(box);
    else box.remove();
  }, SHOWN_MS);
}
