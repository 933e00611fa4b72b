// Words in the user's language, given by the server in the page; the scripts contain none.

/** @param {string} name  key of a data attribute of #script-words */
export function word(name) {
  return document.getElementById("script-words")?.dataset[name] ?? "";
}
