// The merge view (layouts/_conflict.html): choosing a side puts its text into the field below, where it can still be changed.
// The focus goes to what happened, as it does to "There is a problem".
export function start(root) {
  root.querySelector("[data-conflict]")?.focus();
  for (const radio of root.querySelectorAll("[data-merge]")) {
    radio.hidden = false;
    radio.addEventListener("change", () => {
      const field = document.getElementById(radio.dataset.merge);
      if (!field) return;
      field.value = radio.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}
