// <form data-seen>: what mentions the reader is read once the page has been in sight for a moment. The button does the same by hand.
const READING_MS = 1500;

export function start(root) {
  for (const form of root.querySelectorAll("form[data-seen]")) {
    setTimeout(() => { if (document.visibilityState === "visible") send(form); }, READING_MS);
  }
}

function send(form) {
  const body = new URLSearchParams(new FormData(form));
  fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "seen" }, keepalive: true }).catch(() => {});
}
