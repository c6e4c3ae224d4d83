// Logging an issue: the panel follows what is written, customers are found while their name is typed, and Ctrl+Enter
// sends the form from anywhere in it.
(() => {
  const form = document.querySelector("[data-new-issue]");
  if (!form) return;

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // --- the panel follows what is written
  const panel = form.querySelector("[data-panel]");
  let turn = 0, soon = 0;
  const follow = async () => {
    const mine = ++turn;
    const words = new FormData(form);
    words.delete("upload");
    const answer = await fetch(panel.dataset.panel, { method: "POST", body: words }).catch(() => null);
    const html = answer?.status === 200 && !answer.redirected ? await answer.text() : "";
    if (!html || mine !== turn) return;
    panel.innerHTML = html;
    const about = panel.querySelector("#new-about");
    if (about) form.querySelector(".new-customer > #new-about").replaceWith(about);
  };
  const followIn = (milliseconds) => { clearTimeout(soon); soon = setTimeout(follow, milliseconds); };
  form.addEventListener("input", () => followIn(300));
  form.addEventListener("change", () => followIn(60));

  // --- the customer
  const combo = form.querySelector("[data-combo]");
  const input = combo?.querySelector("input");
  if (!input) return;
  const list = document.createElement("ul");
  list.id = "customer-options";
  list.className = "combo-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", combo.querySelector("label").textContent.trim());
  combo.append(list);
  input.removeAttribute("list"); // the browser's own list would lie over ours
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
  let asked = 0, timer = 0, hurried = false;

  const options = () => [...list.querySelectorAll("[data-value]")];
  const current = () => list.querySelector('[aria-selected="true"]');
  const mark = (option) => {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(null);
  };
  const choose = (option) => {
    input.value = option.dataset.value;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const goOn = (option) => { // chosen by Enter: on to the first question
    hurried = false;
    choose(option);
    form.querySelector(".chip input")?.focus();
  };
  const find = async () => {
    const turn = ++asked;
    const answer = await fetch(`${combo.dataset.combo}?q=${encodeURIComponent(input.value)}`).catch(() => null);
    if (turn !== asked || !answer?.ok || answer.redirected || document.activeElement !== input) return;
    list.innerHTML = await answer.text();
    if (hurried && options().length) return goOn(options()[0]);
    hurried = false;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(input.value ? options()[0] : null);
  };

  input.addEventListener("input", () => {
    mark(null); // what is marked was found for other letters
    clearTimeout(timer);
    timer = setTimeout(find, 120);
  });
  input.addEventListener("click", () => { if (list.hidden) find(); });
  input.addEventListener("blur", () => setTimeout(close, 120));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => { const option = event.target.closest("[data-value]"); if (option) choose(option); });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) { event.preventDefault(); find(); return; }
    if (step && all.length) {
      event.preventDefault();
      const next = all.indexOf(current()) + step;
      mark(all[(next + all.length) % all.length]);
    }
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); event.stopPropagation(); close(); }
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === "Tab" && !list.hidden && current()) choose(current());
    if (event.key !== "Enter") return;
    event.preventDefault(); // a customer alone is no issue yet
    if (!list.hidden && current()) goOn(current());
    else if (input.value) { hurried = true; find(); } // faster than the answer
  });
  if (!input.value && !document.querySelector(".errors-summary")) input.focus();
})();
