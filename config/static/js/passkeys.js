// Passkeys (WebAuthn). A form with data-passkey asks the device first, puts its answer into the hidden field and goes on.
// "create" and "get" find their options in the page, "login" asks the form's own address for them.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const create = async (options, alone) => {
    const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) } };
    publicKey.excludeCredentials = named(options.excludeCredentials);
    publicKey.authenticatorSelection = { ...options.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
    if (alone) publicKey.authenticatorSelection.userVerification = "required";
    const made = await navigator.credentials.create({ publicKey });
    return { ...said(made), response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject), transports: made.response.getTransports?.() || [] } };
  };

  const get = async (options) => {
    const found = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) } });
    const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
    return { ...said(found), response: { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle ? text(userHandle) : null } };
  };

  const said = (credential) => ({
    id: credential.id, rawId: text(credential.rawId), type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults(),
  });

  const asked = async (form) => {
    if (form.dataset.passkey !== "login") return JSON.parse(document.getElementById(form.dataset.options).textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const trouble = document.querySelector("[data-passkey-error]");
      try {
        const options = await asked(form);
        const credential = form.dataset.passkey === "create"
          ? await create(options.creation_options.publicKey, form.elements.passwordless?.checked || false)
          : await get(options.request_options.publicKey);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch {
        if (trouble) { trouble.textContent = trouble.dataset.passkeyError; trouble.hidden = false; }
      }
    });
  }
})();
