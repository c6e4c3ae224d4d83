// Comfort only; every page works without it. Keys, closing toasts, menus beside their button, errors in view.
(() => {
  const page = document.documentElement;
  page.classList.add("js");

  // --- toasts go by themselves, unless somebody is reading them
  document.querySelectorAll(".toast").forEach((toast) => {
    const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : toast.remove());
    toast.querySelector(".toast-close")?.addEventListener("click", () => toast.remove());
    if (!toast.matches(".stays")) setTimeout(leave, 9000);
  });

  // --- a form is sent once, however often its button is pressed
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  document.querySelector(".errors-summary")?.focus();

  // --- a menu opens under its button, inside the window
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.matches?.(".menu[popover]:not(.me-menu)")) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`)?.getBoundingClientRect();
    if (!button) return;
    const left = Math.max(8, Math.min(button.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8));
    const below = button.bottom + 6;
    const top = below + menu.offsetHeight > innerHeight ? Math.max(8, button.top - menu.offsetHeight - 6) : below;
    menu.style.left = `${left}px`;
    menu.style.top = `${top}px`;
  }, true);

  // --- a link to a folded form opens it and goes to its first field
  document.addEventListener("click", (event) => {
    const target = document.getElementById(event.target.closest("[data-opens]")?.dataset.opens);
    if (!target) return;
    if (target.matches("details")) target.open = true;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    target.querySelector("textarea, select, input:not([type=hidden], [type=radio])")?.focus({ preventScroll: true });
  });

  // --- copying a link
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard?.writeText(new URL(button.dataset.copy, location.href).href);
    button.classList.add("done");
    const words = button.querySelector(".vh");
    if (words && button.dataset.copied) words.textContent = button.dataset.copied;
  });

  // --- keys; a single letter is a shortcut only while the person wants shortcuts (WCAG 2.1.4)
  const places = { q: "/", a: "/tickets/", e: "/escalated/", d: "/dashboard/", p: "/protocol/", c: "/contacts/", t: "/templates/" };
  const wanted = () => localStorage.getItem("keys") !== "off";
  const isHere = (place) => place && document.querySelector(`.nav a[href="${place}"]`);
  let prefix = -Infinity;

  const jump = document.querySelector("[data-jump]");
  const filter = () => document.querySelector("[data-filter]") || jump;
  const rows = () => [...document.querySelectorAll(".row-link")];
  const walk = (step) => {
    const all = rows();
    const next = all[all.indexOf(document.activeElement) + step] || (step > 0 ? all[0] : all.at(-1));
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && jump) {
      event.preventDefault();
      jump.focus();
      jump.select();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !wanted()) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog, [popover]")) return;
    if (event.timeStamp - prefix < 1200 && isHere(places[event.key])) { location.href = places[event.key]; return; }
    prefix = event.key === "g" ? event.timeStamp : -Infinity;
    if (event.key === "/") { event.preventDefault(); filter()?.focus(); }
    if (event.key === "n" && document.querySelector("[data-new]")) location.href = "/tickets/new/";
    if (event.key === "j") walk(1);
    if (event.key === "k") walk(-1);
  });

  const keys = document.querySelector("[data-keys]");
  const showKeys = () => keys?.setAttribute("aria-checked", String(wanted()));
  keys?.addEventListener("click", () => { localStorage.setItem("keys", wanted() ? "off" : "on"); showKeys(); });
  showKeys();
})();
