// Times are written in the site's zone; whoever sits elsewhere sees theirs beside it, as their
// browser writes times.
(() => {
  const here = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  document.querySelectorAll("time[data-local]").forEach((time) => {
    const moment = new Date(time.dateTime);
    const theirs = -moment.getTimezoneOffset();
    const written = /([+-])(\d\d):(\d\d)$/.exec(time.dateTime);
    const site = written ? (written[1] === "-" ? -1 : 1) * (60 * Number(written[2]) + Number(written[3])) : 0;
    if (theirs === site) return;
    const note = document.createElement("small");
    note.className = "muted";
    note.textContent = ` (${here.format(moment)} where you are)`;
    time.after(note);
  });
})();
