// The lists of tickets: ticking rows, the bar for what is ticked, and desktop notifications of one's own clocks.
// Without this file the ticks are plain fields of the bar's form.
(() => {
  const bar = document.getElementById("bulk");
  const boxes = (within = document) => [...within.querySelectorAll("[data-pick]")];
  const section = (box) => box.closest(".group") || document;

  // --- the bar, and "select all", say what is ticked
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    const count = bar?.querySelector(".bulk-count");
    const words = ticked === 1 ? bar?.dataset.one : bar?.dataset.many.replace("{n}", ticked);
    if (count && count.textContent !== words) count.textContent = ticked ? words : "";
    document.querySelectorAll("[data-pick-all]").forEach((all) => {
      const on = boxes(section(all)).filter((box) => box.checked).length;
      all.checked = on > 0 && on === boxes(section(all)).length;
      all.indeterminate = on > 0 && !all.checked;
    });
  };

  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-pick]");
    if (!box) return;
    if (event.shiftKey && last?.isConnected) {
      const all = boxes(), [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
    }
    last = box;
    show();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) boxes(section(event.target)).forEach((box) => { box.checked = event.target.checked; });
    if (event.target.matches("[data-pick], [data-pick-all]")) show();
  });
  document.addEventListener("reset", (event) => { if (event.target === bar) setTimeout(show); });
  document.addEventListener("live:news", show);
  addEventListener("pageshow", show);

  // --- x ticks the row that has the focus
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem("keys") === "off") return;
    const box = event.target.closest?.(".row-link")?.closest(".row").querySelector("[data-pick]");
    if (box) { box.checked = !box.checked; last = box; show(); }
  });

  // --- what is about to happen opens as a sheet
  bar?.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "verb") return;
    event.preventDefault();
    const link = document.createElement("a");
    link.href = `${bar.action}?${new URLSearchParams(new FormData(bar, button))}`;
    link.dataset.sheet = "";
    document.body.append(link);
    link.click();
    link.remove();
    document.querySelector("dialog")?.addEventListener("close", () => button.focus(), { once: true });
  });

  // --- desktop notifications: each clock and state once; what stood on the page when it was opened was seen there
  const told = new Set(JSON.parse(sessionStorage.getItem("told") || "[]"));
  const keep = (key) => sessionStorage.setItem("told", JSON.stringify([...told.add(key)].slice(-200)));
  const alarms = () => [...document.querySelectorAll("[data-alarm]")].filter((alarm) => !told.has(alarm.dataset.alarm));

  const announce = ({ alarm, row, path, words, text }) => {
    try {
      const note = new Notification(words, { body: text, tag: alarm });
      note.addEventListener("click", () => {
        focus();
        const link = document.getElementById(row);
        if (link) link.focus(); else location.assign(path);
        note.close();
      });
    } catch { /* phones only let a service worker announce */ }
  };

  alarms().forEach((alarm) => keep(alarm.dataset.alarm));
  document.addEventListener("live:news", () => alarms().forEach((alarm) => {
    keep(alarm.dataset.alarm);
    if (self.Notification?.permission === "granted") announce(alarm.dataset);
  }));

  // --- switching them on asks the browser first
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-alerts-form]") || !form.elements.on || form.dataset.asked) return;
    event.preventDefault();
    const answer = self.Notification ? await Notification.requestPermission() : "denied";
    form.dataset.asked = "yes";
    delete form.dataset.sent;
    // Not before this event is over: a form that is being sent is not sent again.
    if (answer === "granted") setTimeout(() => form.requestSubmit());
    else form.querySelector(".helptext").textContent = form.dataset.denied;
  }, true);
})();
