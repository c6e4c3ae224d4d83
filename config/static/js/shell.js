// Comfort only; every page works without it. Closing toasts, menus beside their button, errors in view.
(() => {
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

  // --- copying what an element says
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-text]");
    const said = document.getElementById(button?.dataset.copyText)?.textContent;
    if (!said) return;
    await navigator.clipboard?.writeText(said);
    button.querySelector("span").textContent = button.dataset.copied;
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
})();
