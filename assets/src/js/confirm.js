// <form data-confirm="text" data-confirm-title data-confirm-label> asks in a dialog before it is sent. The answer travels as
// "confirmed=1", so that a view can tell it from a form that was sent without the script and show its page instead.

export function start() {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog?.showModal) return;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.elements.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(dialog, form, event.submitter);
  }, { capture: true });
}

function ask(dialog, form, submitter) {
  const title = dialog.querySelector("#confirm-dialog-title");
  const button = dialog.querySelector('[value="confirm"]');
  title.textContent = form.dataset.confirmTitle || title.dataset.default;
  button.textContent = form.dataset.confirmLabel || button.dataset.default;
  dialog.querySelector("#confirm-dialog-text").textContent = form.dataset.confirm;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "confirm") return;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "1" }));
    form.requestSubmit(submitter ?? undefined);
  }, { once: true });
  dialog.showModal();
}
