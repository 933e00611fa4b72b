// A field that some choices of another require (data-required-by: those choices; data-required-of: that other's name) is marked as required, or as optional, as soon as one is chosen. Without this its hint names them, and the server asks.

export function start(root) {
  for (const field of root.querySelectorAll("[data-required-by]")) {
    const choice = field.form?.elements.namedItem(field.dataset.requiredOf);
    if (!choice) continue;
    const mark = () => show(field, choice.value);
    choice.addEventListener("change", mark);
    mark();
  }
}

function show(field, chosen) {
  const isRequired = field.dataset.requiredBy.split(" ").includes(chosen);
  if (isRequired) field.setAttribute("aria-required", "true");
  else field.removeAttribute("aria-required");
  field.labels[0].querySelector(".form-optional")?.remove();
  if (chosen && !isRequired) field.labels[0].append(" ", optionalMark(field.dataset.optionalWord));
}

function optionalMark(words) {
  const mark = document.createElement("span");
  mark.className = "form-optional";
  mark.textContent = words;
  return mark;
}
