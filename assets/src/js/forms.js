// Submit once, and Ctrl+Enter (or ⌘+Enter) saves.

export function start() {
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) submitOnce(event);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.form ?? event.target.closest?.("form") ?? onlyForm(event.target); // a field may stand beside its form
    const button = form?.querySelector('[data-primary], button[type="submit"], button:not([type])');
    if (!button || button.disabled) return;
    event.preventDefault();
    form.requestSubmit(button);
  });
  // the browser's way back shows the page as it was left: let it be sent again
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) release(form);
  });
}

/** With the focus nowhere, as on a page that only asks to confirm: the one form of the page, if there is but one. */
function onlyForm(target) {
  const found = target === document.body ? document.querySelectorAll("main form [data-primary]") : [];
  return found.length === 1 ? found[0].form : null;
}

function submitOnce(event) {
  const form = event.target;
  if (form.method !== "post" || form.method === "dialog" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-busy="true"]')) button.removeAttribute("aria-busy");
}
