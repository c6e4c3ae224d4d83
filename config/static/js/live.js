// A part of a page that asks the server for news: <div data-live hx-get=… hx-trigger="every 15s">. The server answers
// 204 when there is none. Nobody is disturbed while reading a menu, typing, or looking at another tab.
(() => {
  const busy = () => document.hidden || document.querySelector("dialog[open], [popover]:popover-open, [data-hold]:focus");
  const sign = (state) => document.querySelectorAll(".live").forEach((live) => {
    if (live.dataset.state === state) return;
    live.dataset.state = state;
    live.textContent = state === "off" ? live.dataset.off : live.dataset.on;
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-live]") && event.detail.requestConfig.triggeringEvent?.type !== "submit" && busy()) event.preventDefault();
  });
  document.addEventListener("htmx:sendError", () => sign("off"));
  document.addEventListener("htmx:responseError", (event) => { if (event.target.matches("[data-live]")) sign("off"); });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) sign("on"); });
})();
