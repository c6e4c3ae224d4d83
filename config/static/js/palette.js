// Ctrl K: one field to go anywhere and do anything that the page offers. What is typed lands in it from the first key on:
// the dialog stands in the page, and opening it waits for nothing.
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = dialog.querySelector("input"), list = dialog.querySelector("[role=listbox]"), said = dialog.querySelector("[role=status]");
  const words = dialog.dataset;
  const NUMBER = /^\s*(?:esc-?)?(\d{4,15})\s*$/i;
  const WAIT = 120; // ms after the last key
  let chosen = null, found = "", waiting = 0, asking = null;

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // --- what there is to choose from
  const commands = () => {
    const seen = new Set();
    const of = (group, elements) => [...elements].map((source) => ({ group, source, label: name(source) }))
      .filter(({ label, source }) => label && !source.disabled && !seen.has(label) && seen.add(label));
    return [
      ...of(words.here, document.querySelectorAll("#main [data-command], .head [data-command]")),
      ...of(words.here, document.querySelectorAll(".tabbar [data-command]")),
      ...of(words.places, document.querySelectorAll(".sidebar .nav a[href]")),
      ...of(words.more, document.querySelectorAll(".me-menu [data-command]")),
    ];
  };

  const name = (source) => {
    if (source.dataset.command) return source.dataset.command;
    const copy = source.cloneNode(true);
    copy.querySelectorAll(".nav-count, .n, .vh, svg, kbd").forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  };

  const fits = (label, asked) => asked.split(/\s+/).every((word) => plain(label).includes(word));

  const option = (label, icon, href) => {
    const made = document.createElement(href ? "a" : "div");
    made.setAttribute("role", "option");
    made.className = "palette-option";
    if (href) { made.href = href; made.tabIndex = -1; }
    if (icon) made.append(icon.cloneNode(true));
    made.append(Object.assign(document.createElement("span"), { className: "cut", textContent: label }));
    return made;
  };

  const group = (label, options) => {
    const made = document.createElement("div");
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", label);
    made.append(Object.assign(document.createElement("p"), { className: "palette-title", textContent: label, ariaHidden: "true" }), ...options);
    return made;
  };

  const draw = () => {
    const typed = input.value.trim(), asked = plain(typed), number = NUMBER.exec(typed);
    const groups = new Map();
    for (const each of commands()) {
      if (asked && !fits(each.label, asked)) continue;
      const made = option(each.label, each.source.querySelector(".icon"), each.source.matches("a[href]:not([data-sheet], [data-opens])") && each.source.href);
      made.source = each.source;
      groups.set(each.group, [...(groups.get(each.group) || []), made]);
    }
    const search = `${words.search}?q=${encodeURIComponent(number ? number[1] : typed)}`;
    const icon = dialog.querySelector(".palette-top .icon");
    list.replaceChildren();
    if (number) list.append(option(words.number.replace("%s", `ESC-${number[1]}`), icon, search));
    const news = document.createElement("div");
    news.className = "palette-found";
    news.setAttribute("role", "presentation");
    news.innerHTML = typed ? found : "";
    groups.forEach((options, label) => list.append(group(label, options)));
    list.append(news);
    if (typed && !number) list.append(option(words.all.replace("%s", typed), icon, search));
    number_options();
    choose(options()[0]);
  };

  const options = () => [...list.querySelectorAll("[role=option]")];
  const number_options = () => options().forEach((each, place) => { each.id = `palette-${place}`; });

  const choose = (next) => {
    chosen?.setAttribute("aria-selected", "false");
    chosen = next || null;
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", chosen?.id || "");
  };

  // --- issues and customers, from the server
  const ask = async () => {
    asking?.abort();
    const typed = input.value.trim();
    if (!typed) { found = ""; return; }
    asking = new AbortController();
    try {
      const answer = await fetch(`${words.jump}?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (!answer.ok || answer.redirected || input.value.trim() !== typed) return;
      found = await answer.text();
      const news = list.querySelector(".palette-found");
      if (!news) return;
      const first = chosen && chosen === options()[0] && !chosen.source;
      news.innerHTML = found;
      number_options();
      choose(first && !NUMBER.test(typed) ? options()[0] : chosen);
      const count = news.querySelectorAll("[role=option]").length;
      said.textContent = count || options().length > 1 ? "" : words.none;
    } catch { /* the next key asks again */ }
  };

  // --- opening, walking, doing
  const open = () => {
    if (dialog.open) { input.select(); return; }
    input.value = found = said.textContent = "";
    dialog.showModal();
    input.focus();
    draw();
  };

  const run = (picked, event) => {
    if (!picked) return;
    const source = picked.source;
    if (picked.href && (event.metaKey || event.ctrlKey)) { window.open(picked.href); return; }
    dialog.close();
    if (source && !picked.href) source.click();
    else location.assign(picked.href);
  };

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    open();
  });

  document.querySelectorAll("[data-palette]").forEach((button) => button.addEventListener("click", open));

  input.addEventListener("input", () => {
    found = said.textContent = "";
    draw();
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });

  input.addEventListener("keydown", (event) => {
    const all = options(), place = all.indexOf(chosen), page = 8;
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, PageDown: Math.min(place + page, all.length - 1), PageUp: Math.max(place - page, 0) }[event.key];
    if (to !== undefined) { event.preventDefault(); choose(all[(to + all.length) % all.length]); }
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); run(chosen, event); }
  });

  list.addEventListener("pointermove", (event) => {
    const over = event.target.closest("[role=option]");
    if (over && over !== chosen) choose(over);
  });
  list.addEventListener("click", (event) => {
    const picked = event.target.closest("[role=option]");
    if (!picked || (picked.href && (event.metaKey || event.ctrlKey || event.shiftKey))) return;
    event.preventDefault();
    run(picked, event);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-close]")) dialog.close(); });
  dialog.addEventListener("close", () => { clearTimeout(waiting); asking?.abort(); list.replaceChildren(); chosen = null; });
})();
