// A part of a page that asks the server for news: <div data-live="address">. The server answers 204 when there is none. Nobody is disturbed while reading a menu or typing; what has the focus, what is ticked, what
// is unfolded and the row at the top of the window stay where they are.
(() => {
  const part = () => document.querySelector("[data-live]");
  const occupied = () => document.querySelector("dialog[open], [popover]:popover-open, [data-hold]:focus");
  const announces = () => part()?.hasAttribute("data-alerts") && self.Notification?.permission === "granted";
  const busy = () => occupied() || (document.hidden && !announces());
  const sign = (state) => document.querySelectorAll(".live").forEach((live) => {
    if (live.dataset.state === state) return;
    live.dataset.state = state;
    live.textContent = state === "off" ? live.dataset.off : live.dataset.on;
  });

  // --- what a person had in hand before the news came
  let before = null;
  const rows = () => [...document.querySelectorAll("[data-live] .row-link")];

  const remember = (live) => {
    const inside = live.contains(document.activeElement) ? document.activeElement : null;
    const anchor = rows().find((row) => row.getBoundingClientRect().top > 60);
    before = {
      focus: inside?.id,
      place: rows().indexOf(inside?.closest(".row")?.querySelector(".row-link")),
      ticked: new Set([...live.querySelectorAll("[data-pick]:checked")].map((box) => box.id)),
      unfolded: [...live.querySelectorAll("details[open][id]")].map((fold) => fold.id),
      anchor: anchor?.id,
      top: anchor?.getBoundingClientRect().top,
      strip: live.querySelector(".tabs")?.scrollLeft,
    };
  };

  const putBack = (live) => {
    if (!before) return;
    live.querySelectorAll("[data-pick]").forEach((box) => { box.checked = before.ticked.has(box.id); });
    before.unfolded.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (before.strip) live.querySelector(".tabs").scrollLeft = before.strip;
    // A row that has gone leaves the focus to the one that came in its place.
    const focus = before.focus && (document.getElementById(before.focus) || rows()[before.place] || rows().at(-1));
    if (focus && document.activeElement !== focus) focus.focus({ preventScroll: true });
    const anchor = before.anchor && document.getElementById(before.anchor);
    if (anchor && scrollY > 0) scrollBy(0, anchor.getBoundingClientRect().top - before.top);
    if (live.dataset.title) document.title = live.dataset.title;
    before = null;
    document.dispatchEvent(new CustomEvent("live:news"));
  };

  const ask = async () => {
    const live = part();
    if (!live || busy()) return;
    const answer = await fetch(live.dataset.live, { headers: { Fragment: "1" } }).catch(() => null);
    sign(answer?.ok && !answer.redirected ? "on" : "off");
    if (answer?.status !== 200 || answer.redirected) return;
    const html = await answer.text();
    // A menu may have been opened while the answer was on its way: the next one comes soon.
    if (occupied() || part() !== live) return;
    remember(live);
    live.outerHTML = html;
    if (part()) putBack(part());
  };
  setInterval(ask, 15000);

  // --- <a data-brings="ids"> brings in these parts of the page it leads to, and leaves the rest as it is
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-brings]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok || answer.redirected) { location.href = link.href; return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    link.dataset.brings.split(" ").forEach((id) => {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id)?.replaceWith(document.adoptNode(fresh));
    });
  });
})();
