// Proposes this browser's time zone where nothing was typed yet. Everything works without it.
const zone = document.getElementById("id_time_zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !zone.value && here) zone.value = here;
