// Writing to a customer: the composer opens when somebody writes, the message is shown as it would leave, and its fields
// lead to where they are filled in. Without this file a button shows the message, and everything is open.
(() => {
  const WAIT = 400;
  const PANE = ["template", "language"]; // another one changes the fields, too
  const waiting = new WeakMap();

  const open = (inside) => inside.closest(".composer")?.classList.add("open");

  const ask = async (form, fragment) => {
    waiting.get(form)?.abort();
    const stop = new AbortController();
    waiting.set(form, stop);
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form), headers: { Fragment: fragment }, signal: stop.signal });
      return answer.ok && !answer.redirected ? await answer.text() : null;
    } catch { return null; }
  };

  const show = async (form) => {
    const text = await ask(form, "draft");
    const place = form.querySelector("[data-draft]");
    if (text !== null && place) place.innerHTML = text;
  };

  let timer;
  const soon = (form) => { clearTimeout(timer); timer = setTimeout(() => show(form), WAIT); };

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-preview]");
    if (form && !PANE.includes(event.target.name)) soon(form);
  });

  // Another template asks for other fields; what was typed into those of the same name stays.
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-preview]");
    if (!form || !PANE.includes(event.target.name)) return;
    if (!form.querySelector("[data-fields]")) { soon(form); return; }
    open(form);
    clearTimeout(timer); // a preview that starts now would call off the fields
    const fields = await ask(form, "pane");
    const place = form.querySelector("[data-fields]");
    if (fields === null || !place) return;
    place.innerHTML = fields;
    if (document.activeElement === document.body) form.elements[event.target.name]?.focus();
  });

  document.addEventListener("focusin", (event) => {
    const box = event.target.closest(".composer");
    if (!box || box.classList.contains("open") || !event.target.matches("textarea, select")) return;
    open(event.target);
    const form = event.target.closest("form[data-preview]");
    if (form) show(form);
  });

  document.addEventListener("sheet:open", (event) => { const form = event.target.querySelector("form[data-preview]"); if (form) show(form); });
  document.querySelectorAll("form[data-preview]").forEach((form) => { if (form.querySelector("[data-draft]")?.childElementCount === 0 && !form.closest(".composer:not(.open)")) show(form); });

  // A chip leads to its field, or writes what the issue says into the text.
  let last = null;
  document.addEventListener("focusout", (event) => { if (event.target.matches("form[data-preview] textarea, form[data-preview] input:not([type])")) last = event.target; });
  document.addEventListener("click", (event) => {
    const chip = event.target.closest(".chip");
    const form = chip?.closest("form[data-preview]");
    if (!form) return;
    if (chip.dataset.focus) {
      const field = form.elements[chip.dataset.focus];
      (field instanceof RadioNodeList ? [...field].find((each) => each.checked) || field[0] : field)?.focus();
      return;
    }
    const text = last?.form === form ? last : form.querySelector("textarea, input[type=text]");
    if (!text) return;
    text.setRangeText(chip.dataset.insert, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // The eye: watching must not cost anybody what they are typing.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-stays]");
    if (!form) return;
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Fragment: "eye" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) { form.removeAttribute("data-stays"); form.submit(); return; }
    const box = document.createElement("template");
    box.innerHTML = await answer.text();
    const fresh = box.content.firstElementChild;
    form.replaceWith(fresh);
    fresh.querySelector("button")?.focus();
  }, true);
})();
