// <form data-guard>: leaving the page with changed fields asks first.

const changed = new Set();

export function start() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-guard]")) changed.add(form);
  });
  // saved as a draft: nothing would be lost
  document.addEventListener("draft:saved", (event) => changed.delete(event.target));
  document.addEventListener("submit", (event) => changed.delete(event.target));
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) event.preventDefault();
  });
  // a form that came back with errors holds text that is saved nowhere
  if (document.querySelector("[data-error-summary]")) {
    for (const form of document.querySelectorAll("form[data-guard]")) changed.add(form);
  }
}
