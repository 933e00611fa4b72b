// Passkeys: a form asks the device, puts its answer into a hidden field and is sent like any other.
// Without this script the form's button stays hidden, and the text beside it says why.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (list) => list.map((one) => ({ ...one, type: "public-key", id: bytes(one.id) }));

export function start(root) {
  for (const form of root.querySelectorAll("form[data-passkey]")) prepare(form);
}

function prepare(form) {
  if (!window.PublicKeyCredential || location.origin !== form.dataset.origin) return;
  for (const part of form.querySelectorAll("[data-passkey-shown]")) part.hidden = false;
  for (const part of form.querySelectorAll("[data-passkey-hidden]")) part.hidden = true;
  const button = form.querySelector("[data-passkey-button]");
  button.addEventListener("click", async () => {
    const fault = form.querySelector("[data-passkey-fault]");
    fault.hidden = true;
    button.disabled = true;
    try {
      const credential = await (form.dataset.passkey === "make" ? make(form) : get(form));
      form.elements.credential.value = JSON.stringify(told(credential));
      form.submit();
    } catch {
      fault.hidden = false; // refused, timed out, or no such device: the browser has said which
      button.disabled = false;
    }
  });
}

function make(form) {
  const options = JSON.parse(form.dataset.options);
  return navigator.credentials.create({ publicKey: {
    ...options,
    challenge: challenge(form),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials ?? []),
  } });
}

function get(form) {
  return navigator.credentials.get({ publicKey: {
    challenge: challenge(form),
    rpId: form.dataset.rp,
    allowCredentials: named(JSON.parse(form.dataset.allow)),
    userVerification: form.dataset.verify,
    timeout: 120_000,
  } });
}

function challenge(form) {
  return new TextEncoder().encode(form.elements.challenge.value);
}

function told(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said,
    clientExtensionResults: {}, authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  };
}

// Where somebody signs in from is known by the clock alone.
for (const field of document.querySelectorAll('input[name="browser_zone"]')) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

start(document);
