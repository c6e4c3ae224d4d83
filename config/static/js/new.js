// Logging an issue: customers found while their name is typed, and Ctrl+Enter sends the form from anywhere in it.
(() => {
  const form = document.querySelector("[data-new-issue]");
  if (!form) return;

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    event.preventDefault();
    form.requestSubmit();
  });

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
  let asked = 0, timer = 0;

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
  const find = async () => {
    const turn = ++asked;
    const answer = await fetch(`${combo.dataset.combo}?q=${encodeURIComponent(input.value)}`).catch(() => null);
    if (turn !== asked || !answer?.ok || answer.redirected || document.activeElement !== input) return;
    list.innerHTML = await answer.text();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(input.value ? options()[0] : null);
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 120); });
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
    if (list.hidden || !current() || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") { event.preventDefault(); choose(current()); }
    if (event.key === "Tab") choose(current());
  });
  if (!input.value && !document.querySelector(".errors-summary")) input.focus();
})();
