// A part of a page that asks the server for news: <div data-live hx-get=… hx-trigger="every 15s">. The server answers
// 204 when there is none. Nobody is disturbed while reading a menu or typing; what has the focus, what is ticked, what
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

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-live]") && event.detail.requestConfig.triggeringEvent?.type !== "submit" && busy()) event.preventDefault();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const live = event.detail.target;
    if (!live?.matches?.("[data-live]") || !event.detail.shouldSwap) return;
    // A menu may have been opened while the answer was on its way: the next one comes soon.
    if (occupied()) event.detail.shouldSwap = false;
    else remember(live);
  });
  document.addEventListener("htmx:afterSettle", () => { if (before && part()) putBack(part()); });
  document.addEventListener("htmx:sendError", () => sign("off"));
  document.addEventListener("htmx:responseError", (event) => { if (event.target.matches("[data-live]")) sign("off"); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) sign("on"); });
})();
