// The settings page: what only the browser knows. Its time zone, and whether it may show notifications.
(() => {
  const zones = document.getElementById("id_time_zone");
  const hint = document.querySelector("[data-zone-hint]"), take = document.querySelector("[data-zone]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const found = [...(zones?.options || [])].find((option) => option.value === here);
  const suggest = () => { if (found) hint.hidden = zones.value === here; };
  if (found) {
    take.textContent = found.text;
    take.addEventListener("click", () => { zones.value = here; suggest(); zones.focus(); });
    zones.addEventListener("change", suggest);
    suggest();
  }

  const alerts = document.getElementById("id_desktop_alerts"), denied = document.querySelector("[data-denied]");
  alerts?.addEventListener("change", async () => {
    if (!alerts.checked) { denied.hidden = true; return; }
    const answer = window.Notification ? await Notification.requestPermission() : "denied";
    alerts.checked = answer === "granted";
    denied.hidden = answer === "granted";
  });
})();
