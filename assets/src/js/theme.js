// The colour buttons are a form; with the script the page changes at once and the form is sent behind it.

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const theme = event.submitter?.value;
    if (!form.matches("[data-theme-form]") || !theme) return;
    event.preventDefault();
    show(theme);
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  }, { capture: true });
}

function show(theme) {
  document.documentElement.dataset.bsTheme = theme;
  document.querySelector('meta[name="color-scheme"]').content = theme === "auto" ? "light dark" : theme;
  for (const button of document.querySelectorAll("[data-theme-form] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
