// <sla-clock>: keeps the sent text, ring and state right as time passes. Without this file they are right as sent.
// One ticker for all clocks. Nothing is announced: the words beside a clock say what it is, the page says what is late.
(() => {
  const MINUS = "\u2212";
  const clocks = new Set();
  const ahead = serverAhead();

  function serverAhead() {
    const sent = Number(document.querySelector('meta[name="server-time"]')?.content);
    const load = performance.getEntriesByType("navigation")[0];
    if (!sent || !load) return 0;
    if (load.transferSize === 0) return Number(sessionStorage.getItem("clock-ahead")) || 0; // an old page out of the cache
    const found = sent - (performance.timeOrigin + load.responseStart);
    sessionStorage.setItem("clock-ahead", String(found));
    return found;
  }

  const digits = (seconds) => {
    const minutes = Math.floor(seconds / 60), hours = Math.floor(seconds / 3600), days = Math.floor(seconds / 86400);
    if (hours < 1) return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    if (days < 1) return `${hours}h ${minutes % 60}m`;
    return `${days}d ${hours % 24}h`;
  };

  const countdown = (left) => (left > 0 ? digits(Math.ceil(left / 1000)) : MINUS + digits(Math.floor(-left / 1000)));

  class SlaClock extends HTMLElement {
    connectedCallback() {
      if (!this.dataset.due) return;
      this.due = Date.parse(this.dataset.due);
      this.risk = Date.parse(this.dataset.risk) || this.due;
      this.started = Date.parse(this.dataset.started) || this.due;
      clocks.add(this);
      this.tick(Date.now() + ahead);
    }

    disconnectedCallback() { clocks.delete(this); }

    tick(now) {
      const left = this.due - now;
      const state = left <= 0 ? "late" : now >= this.risk ? "risk" : "ok";
      const time = this.querySelector("time");
      const text = countdown(left);
      if (time && time.textContent !== text) time.textContent = text;
      if (this.dataset.state !== state) this.dataset.state = state;
      const share = left <= 0 ? 100 : Math.max(2, Math.min(100, Math.round((100 * left) / (this.due - this.started || 1))));
      if (share === this.share) return;
      this.share = share;
      this.querySelector(".ring-left")?.setAttribute("stroke-dasharray", `${share < 100 ? share : 101} 100`);
      this.moveBar(state, left <= 0 ? 100 : 100 - share);
    }

    moveBar(state, used) {
      const bar = this.dataset.bar && document.getElementById(this.dataset.bar);
      if (!bar) return;
      bar.setAttribute("class", `bar ${state}`);
      bar.querySelector(".bar-fill").setAttribute("width", used);
    }
  }

  const tickAll = () => { const now = Date.now() + ahead; clocks.forEach((clock) => clock.tick(now)); };

  customElements.define("sla-clock", SlaClock);
  setInterval(() => { if (!document.hidden) tickAll(); }, 1000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tickAll(); });
})();
