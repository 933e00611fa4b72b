// The session ran out under the page: sign in again in a dialog; page and text stay as they are.
import { renewToken } from "./csrf.js";
import { word } from "./words.js";

let asking = null;

/** @returns {Promise<{person: string|null, csrf_token: string}>}  rejects without a connection */
export async function sessionState() {
  const answer = await fetch("/session", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new TypeError("no answer");
  return answer.json();
}

/** @returns {Promise<boolean>}  whether the same person is signed in again */
export function askToSignIn() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

function ask() {
  const dialog = document.getElementById("sign-in-again-dialog").content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  const before = document.activeElement;
  const form = dialog.querySelector("form");
  const fault = dialog.querySelector("[data-fault]");
  return new Promise((resolve) => {
    dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { dialog.remove(); before?.focus?.(); resolve(dialog.returnValue === "in"); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopPropagation();
      fault.textContent = "";
      try {
        fault.textContent = await (form.querySelector("[data-second]").hidden ? signIn(form) : sendCode(form));
      } catch {
        fault.textContent = word("offline");
      }
      if (fault.textContent && form.querySelector("[data-second]").hidden) form.elements.password.select();
      else if (fault.textContent) form.elements.code.select();
      else dialog.close("in");
    });
    dialog.showModal();
  });
}

async function signIn(form) {
  const { csrf_token: token } = await sessionState();
  const body = new URLSearchParams({ csrf_token: token, email: form.elements.email.value, password: form.elements.password.value });
  const answer = await fetch("/sign-in", { method: "POST", body, redirect: "manual" });
  if (answer.status === 429) return word("tooMany");
  if (answer.type !== "opaqueredirect") return word("wrongPassword");
  const state = await sessionState();
  if (state.owes) return askForSecond(form, state.owes);
  return isBack(state);
}

// The password was right: a code is asked for in the same dialog. A passkey is shown on a page of its own.
function askForSecond(form, owes) {
  if (owes !== "code") return word("passkeyElsewhere");
  const part = form.querySelector("[data-second]");
  part.hidden = false;
  part.querySelector("input").focus();
  return word("secondFactor");
}

async function sendCode(form) {
  const { csrf_token: token } = await sessionState();
  const body = new URLSearchParams({ csrf_token: token, code: form.elements.code.value });
  const answer = await fetch("/sign-in/second", { method: "POST", body, redirect: "manual" });
  if (answer.status === 429) return word("tooMany");
  return answer.type === "opaqueredirect" ? isBack(await sessionState()) : word("wrongCode");
}

function isBack(state) {
  if (state.person !== document.body.dataset.person) return word("somebodyElse");
  renewToken(state.csrf_token);
  return "";
}
