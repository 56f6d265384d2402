// The switch between light, dark and what the system says; kept on this device only.
export function themes() {
  const now = document.documentElement.dataset.theme || "system";
  for (const one of document.querySelectorAll('input[name="theme"]')) {
    one.checked = one.value === now;
    one.addEventListener("change", () => {
      if (one.value === "system") {
        delete document.documentElement.dataset.theme;
        localStorage.removeItem("ropewalk.theme");
      } else {
        document.documentElement.dataset.theme = one.value;
        localStorage.setItem("ropewalk.theme", one.value);
      }
    });
  }
}
