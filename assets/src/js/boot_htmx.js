import htmx from "htmx.org";
import { csrfToken } from "./csrf.js";
import { start as growTextareas } from "./textareas.js";
import { start as showLocalTimes } from "./local_times.js";
import { start as focusErrorSummary } from "./error_summary.js";
import { askToSignIn } from "./sign_in_again.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

// The settings come from <meta name="htmx-config">: no eval, no style element, no page kept in the browser's storage.
const CHANGES = new Set(["post", "put", "patch", "delete"]);

document.addEventListener("htmx:configRequest", (event) => {
  if (CHANGES.has(event.detail.verb)) event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:load", (event) => {
  for (const start of [growTextareas, showLocalTimes, focusErrorSummary]) start(event.detail.elt);
});
// The session ran out: sign in again in place. To go to the page that asks for it would take along what stands in fields
// that no server has, a line that is just being typed above all.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401 || !document.getElementById("sign-in-again-dialog")) return;
  event.preventDefault();
  askToSignIn();
});
// A lost connection or a refusal leaves the form as it is, with the text in it.
document.addEventListener("htmx:sendError", () => toast(word("offline")));
document.addEventListener("htmx:responseError", () => toast(word("failed")));

export { htmx };
