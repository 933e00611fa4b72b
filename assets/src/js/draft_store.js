// What the server has not got yet, in this window's own storage. It is its owner's alone and goes when they sign out.
const BEGINS = "draft:";
const owner = () => document.body.dataset.person ?? "";
const nameOf = (key) => `${BEGINS}${owner()}:${key}`;

/** @param {{fields: [string, string][], version?: string}} text */
export function keepLocal(key, text) {
  try {
    sessionStorage.setItem(nameOf(key), JSON.stringify({ ...text, at: Date.now() }));
  } catch {
    // no storage, or full: the page itself still holds the text
  }
}

export function localDraft(key) {
  try {
    for (const name of ours()) if (!name.startsWith(`${BEGINS}${owner()}:`)) sessionStorage.removeItem(name);
    return JSON.parse(sessionStorage.getItem(nameOf(key)));
  } catch {
    return null;
  }
}

export function forgetLocal(key) {
  try {
    sessionStorage.removeItem(nameOf(key));
  } catch {
    // nothing was kept
  }
}

export function forgetAll() {
  try {
    for (const name of ours()) sessionStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}

const ours = () => Object.keys(sessionStorage).filter((name) => name.startsWith(BEGINS));
