/** The token that the server expects in the header X-CSRFToken of every change. */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}
