// One line that makes a follow-up, from anywhere: [data-open-line] and the key "f" open it. Without the script the link leads to a
// page with the same in fields.
import { csrfToken } from "./csrf.js";

const CASE_PATH = /^\/cases\/([A-Za-z]{2,4}-[0-9A-Za-z]{4,8})(\/|$)/;

export function start() {
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-close-line]")) return dialog()?.close();
    const link = event.target.closest?.("[data-open-line]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (openLine()) event.preventDefault();
  });
}

const dialog = () => document.getElementById("quick-line");

export const mayOpenLine = () => Boolean(dialog() && document.querySelector("[data-open-line]"));

/** @returns {boolean} whether there is such a line here */
export function openLine() {
  if (!mayOpenLine()) return false;
  const form = dialog().querySelector("form");
  form.elements.csrf_token.value = csrfToken(); // the dialog is made once for everybody, without it
  form.elements.here.value = CASE_PATH.exec(location.pathname)?.[1] ?? "";
  dialog().showModal();
  form.elements.line.focus();
  form.elements.line.dispatchEvent(new Event("line:open"));
  return true;
}
