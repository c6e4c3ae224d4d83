// A link to a page with a form, <a data-sheet href=…>, opens that page in a dialog. The form is sent as ever: what is
// wrong with it is shown by the page itself.
(() => {
  // Here, because this script runs before anything is drawn: what only scripts can do does not push the rest about.
  document.documentElement.classList.add("js");

  const sheet = document.createElement("dialog");
  sheet.className = "sheet-dialog";
  sheet.setAttribute("aria-labelledby", "sheet-title");
  let opener = null;

  const open = async (link) => {
    link.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(link.href, { headers: { Sheet: "1" } });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      sheet.innerHTML = await answer.text();
      if (!sheet.isConnected) document.body.append(sheet);
      opener = link;
      document.querySelectorAll("[popover]:popover-open").forEach((menu) => menu.hidePopover());
      sheet.showModal();
      (sheet.querySelector("[autofocus], input:not([type=hidden]), textarea, select") || sheet.querySelector(".form [type=submit]"))?.focus();
      sheet.dispatchEvent(new CustomEvent("sheet:open", { bubbles: true }));
    } catch {
      location.href = link.href;
    } finally {
      link.removeAttribute("aria-busy");
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-sheet]");
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      open(link);
    }
    if (event.target.closest("[data-close-sheet]")?.closest("dialog") === sheet) { event.preventDefault(); sheet.close(); }
  });
  sheet.addEventListener("close", () => { sheet.innerHTML = ""; opener?.focus(); });
})();
