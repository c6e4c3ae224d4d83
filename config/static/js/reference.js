// The page of the API: sends a call that reads, as the person who is signed in, and shows what came back.
(() => {
  const LONGEST = 20000; // characters that are shown
  for (const form of document.querySelectorAll("form.try")) {
    form.hidden = false;
    const said = form.querySelector(".try-said"), shown = form.querySelector("pre"), button = form.querySelector("button");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = new FormData(form);
      const path = form.dataset.path.replace(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(given.get(name).trim()));
      const query = (given.get("?") || "").trim().replace(/^\?/, "");
      const address = query ? `${path}?${query}` : path;
      button.disabled = true;
      const began = performance.now();
      try {
        const answer = await fetch(address, { headers: { Accept: "application/json, */*;q=0.5" } });
        const text = await answer.text();
        const took = Math.round(performance.now() - began);
        said.textContent = `${answer.status} ${answer.statusText} · ${took} ms · ${address}`;
        let body = text;
        try { body = JSON.stringify(JSON.parse(text), null, 2); } catch { /* CSV, or lines of JSON */ }
        shown.textContent = body.length > LONGEST ? `${body.slice(0, LONGEST)}\n…` : body;
        shown.hidden = !body;
      } catch (error) {
        said.textContent = String(error);
        shown.hidden = true;
      } finally {
        button.disabled = false;
      }
    });
  }

  // A link to one call opens it.
  const open = () => {
    const one = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (one?.matches("details")) { one.open = true; one.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
})();
