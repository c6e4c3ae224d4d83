// Keyboard shortcuts, as config/keys.py lists them. A single letter is one only while the person wants that (WCAG 2.1.4).
// Nothing is sent and nothing is left by a key alone: verbs open their form, places must be linked from this page.
(() => {
  const list = document.getElementById("keys");
  const keys = list ? JSON.parse(list.textContent) : [];
  const TYPING = "input, textarea, select, [contenteditable], [popover]";
  const TWO_KEYS_WITHIN = 1200; // ms
  const wanted = () => localStorage.getItem("keys") !== "off";
  let first = "", firstAt = -Infinity;

  const go = (place) => document.querySelector(`a[href="${place}"]`) && location.assign(place);

  const sheet = (address) => {
    const link = document.createElement("a");
    link.href = address;
    link.dataset.sheet = "";
    document.body.append(link);
    link.click();
    link.remove();
  };

  const write = (form, name) => {
    const composer = form.closest(".composer");
    composer?.querySelector(name === "note" ? ".pick-note" : ".pick-update")?.click();
    const field = form.querySelector("textarea, input:not([type=hidden], [type=radio])");
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
  };

  const verb = (names) => {
    for (const name of names.split(" ")) {
      const link = document.querySelector(`a[data-sheet][href$="/${name}/"]`);
      if (link) return link.click();
      const form = document.querySelector(`#main form[action$="/${name}/"]`);
      if (form) return form.closest(".composer") ? write(form, name) : sheet(form.action);
    }
  };

  const walk = (step) => {
    const rows = [...document.querySelectorAll(".row-link")];
    const next = rows[rows.indexOf(document.activeElement) + Number(step)] || (step > 0 ? rows[0] : rows.at(-1));
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  const search = () => {
    const field = document.querySelector("[data-filter]") || document.querySelector("[data-jump]");
    field?.focus();
    field?.select();
  };

  const deeds = { go, verb, walk, search, help: sheet };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !wanted()) return;
    // The browser empties the field first; from an empty one Escape goes back to the list.
    if (event.key === "Escape" && event.target.matches("[data-filter]") && !event.target.value) return event.target.blur();
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const both = event.timeStamp - firstAt < TWO_KEYS_WITHIN && keys.find(([typed]) => typed === `${first} ${event.key}`);
    const found = both || keys.find(([typed]) => typed === event.key);
    const begins = !both && keys.some(([typed]) => typed.startsWith(`${event.key} `));
    [first, firstAt] = begins ? [event.key, event.timeStamp] : ["", -Infinity];
    if (!found) return;
    event.preventDefault();
    deeds[found[1]](found[2]);
  });

  // The switch stands in the menu, in the settings and in the help, which may open as a sheet.
  const show = () => document.querySelectorAll("[data-keys]").forEach((button) => button.setAttribute("aria-checked", String(wanted())));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys]")) return;
    localStorage.setItem("keys", wanted() ? "off" : "on");
    show();
  });
  document.addEventListener("sheet:open", show);
  show();
})();
