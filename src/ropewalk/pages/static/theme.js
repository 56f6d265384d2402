// Runs before the first paint: the theme that was chosen on this device, and that there is script at all.
const root = document.documentElement;
root.classList.add("has-script");
try {
  const theme = localStorage.getItem("ropewalk.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
} catch { /* no storage: as the system says */ }
