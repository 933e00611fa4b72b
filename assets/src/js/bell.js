// <body data-news-url data-news>: while the page is in sight it asks now and then how many reminders are unread, and tells.
// What fails is asked again later, in silence: the count of the page stays.
const EVERY_MS = 45_000;

export function start(root) {
  const url = document.body.dataset.newsUrl;
  if (!url) return;
  let known = `"${document.body.dataset.news}"`;
  let askedAt = Date.now();
  let timer = 0;

  const later = () => { clearTimeout(timer); timer = setTimeout(ask, EVERY_MS); };

  async function ask() {
    later();
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    askedAt = Date.now();
    const answer = await fetch(url, { headers: { "If-None-Match": known, Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    if (answer?.status !== 200) return;
    const { unread, newest } = await answer.json().catch(() => ({ unread: null }));
    if (unread === null) { clearTimeout(timer); return; } // signed out elsewhere
    const before = known;
    known = answer.headers.get("ETag") ?? known;
    show(root, unread);
    if (newest && !before.includes(newest) && countOf(known) >= countOf(before)) say(root);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - askedAt >= EVERY_MS) ask();
  });
  document.addEventListener("tracker:ask-news", ask);
  later();
}

function show(root, unread) {
  for (const count of root.querySelectorAll("[data-bell]")) {
    count.textContent = unread;
    count.hidden = unread === "";
  }
}

function say(root) {
  for (const notice of root.querySelectorAll("[data-came]")) notice.hidden = false;
}

function countOf(tag) {
  return Number.parseInt(tag.replace(/^(W\/)?"/, ""), 10) || 0;
}
