// The editor of a template: a chip writes its placeholder where the cursor is, the message is shown as it would read, and
// only those questions are shown that the text asks. Without this file the chips say what to type, and a button shows it.
(() => {
  const form = document.getElementById("template-form");
  if (!form) return;
  const WAIT = 400;
  const place = form.querySelector("[data-draft]");
  const texts = [...form.querySelectorAll("[data-words]")];
  const shown = () => texts.filter((text) => text.offsetParent !== null);
  let last = null, timer, asking;

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.sample, { method: "POST", body: new FormData(form), headers: { Fragment: "draft" }, signal: asking.signal });
      if (answer.ok && !answer.redirected) place.innerHTML = await answer.text();
    } catch { /* the next key asks again */ }
  };

  const questions = () => {
    const all = texts.map((text) => text.value).join("\n");
    form.querySelectorAll("[data-question]").forEach((row) => {
      row.classList.toggle("is-unused", !new RegExp(`\\{\\{\\s*${row.dataset.question}\\s*\\}\\}`).test(all));
    });
  };

  form.addEventListener("input", () => { questions(); clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  form.addEventListener("focusout", (event) => { if (event.target.matches("[data-words]")) last = event.target; });
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-placeholder]");
    if (!chip) return;
    const open = shown();
    const text = open.includes(last) ? last : open.find((each) => each.matches("textarea"));
    if (!text) return;
    text.setRangeText(chip.dataset.placeholder, text.selectionStart, text.selectionEnd, "end");
    text.focus();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
