// form[data-draft="key"]: what is typed is saved on the server a moment later, and in this window until the server has it.
// Without a connection it waits and tries again; when the session has run out one signs in again in place.
import { csrfToken, renewToken } from "./csrf.js";
import { fill, kept } from "./draft_fields.js";
import { forgetAll, forgetLocal, keepLocal, localDraft } from "./draft_store.js";
import { askToSignIn, sessionState } from "./sign_in_again.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const WAIT_MS = 900;
const LONGEST_WAIT_MS = 60_000;
const FRESH_MS = 15_000; // a server that answered so lately is there
const watched = new Map(); // form -> {timer, wait, last, isDirty, state}
let heardAt = Date.now();
let isOffline = false;

export function start() {
  document.addEventListener("input", (event) => touch(event.target.form));
  document.addEventListener("change", (event) => touch(event.target.form));
  document.addEventListener("submit", onSubmit, { capture: true });
  document.addEventListener("click", onClick);
  addEventListener("online", () => { for (const form of waiting()) save(form); });
  addEventListener("beforeunload", (event) => { if (waiting().some((form) => form.isConnected && !form.dataset.sent)) event.preventDefault(); });
  for (const form of document.querySelectorAll("form[data-draft]")) begin(form);
}

const waiting = () => [...watched].filter(([, one]) => one.state === "offline").map(([form]) => form);

function begin(form) {
  const here = localDraft(form.dataset.draft);
  if (document.querySelector("[data-error-summary]") && form.querySelector("[aria-invalid]")) touch(form);
  else if (here) offerLocal(form, here);
}

function touch(form) {
  if (!form?.dataset?.draft) return;
  const one = watched.get(form) ?? { wait: WAIT_MS, last: "" };
  watched.set(form, one);
  one.isDirty = true;
  clearTimeout(one.timer);
  one.timer = setTimeout(() => save(form), one.state === "offline" ? one.wait : WAIT_MS);
  if (one.state === "offline") keepLocal(form.dataset.draft, kept(form));
}

async function save(form) {
  const one = watched.get(form);
  if (!one || !form.isConnected || form.dataset.sent) return true;
  clearTimeout(one.timer);
  if ("draftHere" in form.dataset) return keepHere(form, one);
  const text = kept(form);
  const body = JSON.stringify({ key: form.dataset.draft, ...text });
  if (body === one.last && one.state !== "offline") return true;
  one.abort = new AbortController();
  try {
    const answer = await send(body, one.abort.signal);
    if (answer.status === 401) return await signInAgain(form, one);
    heardAt = Date.now();
    isOffline = false;
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) return saved(form, one, "refused", said.message ?? word("failed"));
    one.last = body;
    one.wait = WAIT_MS;
    forgetLocal(form.dataset.draft);
    mark(form);
    return saved(form, one, "saved", word("draftSaved").replace("#", said.saved_at));
  } catch (problem) {
    if (problem.name === "AbortError") return true;
    return lost(form, one, text);
  }
}

async function send(body, signal) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  const go = () => fetch("/drafts", { method: "POST", body, signal, redirect: "manual", headers: { ...headers, "X-CSRFToken": csrfToken() } });
  const answer = await go();
  if (answer.status !== 400) return answer;
  // signed in anew in another window: the token of this page is an old one
  const state = await sessionState();
  if (state.person && state.person !== document.body.dataset.person) return answer;
  renewToken(state.csrf_token);
  return state.person ? go() : new Response(null, { status: 401 });
}

async function keepHere(form, one) {
  keepLocal(form.dataset.draft, kept(form));
  one.isDirty = false;
  return one.state === "offline" ? connectedAgain(form, one) : true;
}

/** What is kept in the window only needs no server; the line that says "Not connected" does. */
async function connectedAgain(form, one) {
  try {
    await sessionState();
  } catch {
    return lost(form, one, kept(form));
  }
  heardAt = Date.now();
  isOffline = false;
  one.wait = WAIT_MS;
  saved(form, one, "here", word("connected"));
  return true;
}

function saved(form, one, state, words) {
  one.state = state;
  one.isDirty = false;
  say(form, words, state);
  if (state === "saved") form.dispatchEvent(new CustomEvent("draft:saved", { bubbles: true }));
  return state === "saved";
}

function lost(form, one, text) {
  isOffline = true;
  one.state = "offline";
  keepLocal(form.dataset.draft, text);
  say(form, word("keptHere"), "offline");
  one.wait = Math.min(one.wait * 2, LONGEST_WAIT_MS);
  one.timer = setTimeout(() => save(form), one.wait);
  return false;
}

async function signInAgain(form, one) {
  keepLocal(form.dataset.draft, kept(form));
  one.state = "offline";
  say(form, word("signedOut"), "offline");
  if (!(await askToSignIn())) return false;
  one.state = "";
  return save(form);
}

/** The form says which draft goes once it is sent. */
function mark(form) {
  if (form.querySelector('input[name="draft"]')) return;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "draft", value: form.dataset.draft }));
}

function say(form, words, state) {
  let line = form.querySelector(".draft-state");
  if (!line) {
    line = document.createElement("p");
    line.className = "draft-state";
    line.setAttribute("role", "status");
    const row = form.querySelector(".submit-row, .comment-actions, .quick-more");
    if (row) row.append(line);
    else form.append(line);
  }
  line.dataset.state = state;
  if (line.textContent !== words) line.textContent = words;
}

// A form that can't reach the server stays where it is: the browser's own page of errors would take the text away.
function onSubmit(event) {
  const form = event.target;
  if (form.action?.endsWith("/sign-out")) return forgetAll();
  if (!form.matches?.("form[data-draft]") || form.hasAttribute("hx-post")) return;
  const one = watched.get(form);
  if (form.dataset.reached || (!isOffline && navigator.onLine && Date.now() - heardAt < FRESH_MS)) {
    delete form.dataset.reached;
    clearTimeout(one?.timer);
    one?.abort?.abort();
    if (one && "draftHere" in form.dataset) forgetLocal(form.dataset.draft);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.reaching) return;
  form.dataset.reaching = "yes";
  reach(form, event.submitter).finally(() => delete form.dataset.reaching);
}

async function reach(form, submitter) {
  touch(form);
  const one = watched.get(form);
  clearTimeout(one.timer);
  try {
    const state = await sessionState();
    heardAt = Date.now();
    isOffline = false;
    if (state.person === null && !(await askToSignIn())) return;
    form.dataset.reached = "yes";
    one.state = "";
    forgetLocal(form.dataset.draft);
    form.requestSubmit(submitter ?? undefined);
  } catch {
    lost(form, one, kept(form));
    toast(word("notSent"));
  }
}

async function onClick(event) {
  const link = event.target.closest?.("[data-draft-restore]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const offer = link.closest("[data-draft-offer]");
  const form = [...document.querySelectorAll("form[data-draft]")].find((one) => one.dataset.draft === offer.dataset.draftOffer);
  if (!form) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return location.assign(link.href);
    putBack(form, await answer.json(), offer);
  } catch {
    toast(word("offline"));
  }
}

function putBack(form, draft, offer) {
  const left = fill(form, draft);
  offer.remove();
  touch(form);
  say(form, left.length ? `${word("notPutBack")} ${left.join("; ")}` : word("restored"), "saved");
  form.querySelector("textarea, input:not([type=hidden])")?.focus();
}

function offerLocal(form, draft) {
  const offer = document.createElement("div");
  offer.className = "draft-offer notice notice-info";
  const words = document.createElement("p");
  words.textContent = word("draftHere").replace("#", new Date(draft.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  const choice = document.createElement("div");
  choice.className = "draft-choice";
  choice.append(button(word("restore"), "btn btn-sm", () => putBack(form, draft, offer)));
  choice.append(button(word("discard"), "btn btn-ghost btn-sm", () => { forgetLocal(form.dataset.draft); offer.remove(); }));
  const box = document.createElement("div");
  box.className = "notice-text";
  box.append(words, choice);
  offer.append(box);
  const folded = form.closest("details");
  if (folded) folded.open = true;
  form.insertAdjacentElement("beforebegin", offer); // not form.before: a field of the merge view is called so
}

function button(words, classes, run) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: words, className: classes });
  made.addEventListener("click", run);
  return made;
}
