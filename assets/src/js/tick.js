// <form data-tick>: ticking a follow-up without leaving the page, with Undo.
// One form serves a whole list: each row's button brings its own address (formaction).
//
// The view answers a request with the header X-Requested-With: tick by JSON:
//   {"done": bool, "message": "…", "version": number|null, "undo_url": "…"|null, "action_url": "…"|null}
// A redirect means that it is done: the page is loaded again. A refusal is shown by sending the form in the ordinary way.
import { toast } from "./toast.js";
import { word } from "./words.js";

export function start() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-tick]") || form.dataset.plain) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter ?? form.querySelector(".tick");
    send(form, button, button.getAttribute("formaction") ?? form.action);
  }, { capture: true });
}

async function send(form, button, url) {
  const row = button.closest("[data-row]") ?? form;
  if (row.getAttribute("aria-busy") === "true") return;
  row.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form));
    const headers = { "X-Requested-With": "tick", Accept: "application/json" };
    const answer = await fetch(url, { method: "POST", body, headers, redirect: "manual", keepalive: true });
    const isJson = answer.headers.get("content-type")?.startsWith("application/json");
    if (answer.ok && isJson) show(form, button, row, await answer.json());
    else if (answer.type === "opaqueredirect") location.reload();
    else plainly(form, button);
  } catch {
    toast(word("offline"));
  } finally {
    row.removeAttribute("aria-busy");
  }
}

function plainly(form, button) {
  form.dataset.plain = "yes";
  form.requestSubmit(button);
}

function show(form, button, row, state) {
  row.classList.toggle("is-done", state.done);
  button.setAttribute("aria-pressed", String(state.done));
  if (state.version != null && form.elements.version) form.elements.version.value = state.version;
  if (state.action_url && button.hasAttribute("formaction")) button.setAttribute("formaction", state.action_url);
  else if (state.action_url) form.action = state.action_url;
  const undo = state.undo_url ? { label: word("undo"), run: () => send(form, button, state.undo_url) } : undefined;
  toast(state.message || word("done"), undo);
}
