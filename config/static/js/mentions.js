// @names in a text: a list of colleagues opens under the text, arrows choose, Enter or Tab writes the name.
// <textarea data-mentions="/people/">. Without this file the name is typed out.
(() => {
  const SHOWN = 6;
  const WORD = /(?:^|[\s([{"'])@([\w.+-]*)$/;
  let people = null, list = null, field = null, found = [], at = 0;

  const load = async (address) => {
    people = people || fetch(address).then((answer) => answer.json()).then((data) => data.people).catch(() => { people = null; return []; });
    return people;
  };

  const close = () => {
    list?.remove();
    list = null;
    field?.removeAttribute("aria-activedescendant");
    field?.removeAttribute("aria-controls");
  };

  const word = () => WORD.exec(field.value.slice(0, field.selectionStart))?.[1];

  const matching = (all, typed) => {
    const wanted = typed.toLowerCase();
    const byCall = ([username, name]) => username.toLowerCase().startsWith(wanted) || name.toLowerCase().startsWith(wanted);
    const bySurname = (person) => !byCall(person) && person[1].toLowerCase().split(" ").some((part) => part.startsWith(wanted));
    return [...all.filter(byCall), ...all.filter(bySurname)].slice(0, SHOWN);
  };

  const mark = (index) => {
    at = (index + found.length) % found.length;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    field.setAttribute("aria-activedescendant", `mention-${at}`);
  };

  const draw = () => {
    close();
    if (!found.length) return;
    list = document.createElement("ul");
    list.id = "mention-list";
    list.className = "mention-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.mentionsLabel || "@");
    found.forEach(([username, name], n) => {
      const option = document.createElement("li");
      option.id = `mention-${n}`;
      option.setAttribute("role", "option");
      const full = document.createElement("span");
      full.textContent = name;
      const short = document.createElement("span");
      short.className = "muted";
      short.textContent = `@${username}`;
      option.append(full, short);
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); at = n; write(); });
      list.append(option);
    });
    field.after(list);
    field.setAttribute("aria-controls", list.id);
    mark(0);
  };

  const write = () => {
    const typed = word();
    const end = field.selectionStart;
    field.setRangeText(`@${found[at][0]} `, end - typed.length - 1, end, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("input", async (event) => {
    if (!event.target.matches("textarea[data-mentions]")) return;
    field = event.target;
    if (word() === undefined) { close(); return; }
    const all = await load(field.dataset.mentions);
    const typed = word();
    if (typed === undefined) { close(); return; }
    found = matching(all, typed);
    if (found.length === 1 && found[0][0] === typed) found = [];
    draw();
  });

  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== field) return;
    const does = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Enter: write, Tab: write, Escape: close }[event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  }, true);
  document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
})();
