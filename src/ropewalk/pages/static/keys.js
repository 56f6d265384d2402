// The keyboard set: ? lists it, / searches, n goes to what can be added, g and a letter goes, u takes back, Esc closes. Letters can be switched off.
const OFF = "ropewalk.letters-off";
let went = 0;

export function keys() {
  const help = document.getElementById("keys");
  if (!help) return;
  const letters = help.querySelector('input[name="letters"]');
  letters.checked = !localStorage.getItem(OFF);
  letters.addEventListener("change", () => {
    if (letters.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
  for (const one of document.querySelectorAll("[data-opens-keys]")) one.addEventListener("click", () => help.showModal());
  help.addEventListener("click", (event) => event.target.closest("[data-close]") && help.close());
  document.addEventListener("keydown", (event) => pressed(event, help, letters));
}

function pressed(event, help, letters) {
  if (event.ctrlKey || event.metaKey || event.altKey || !letters.checked) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return act(event, () => help.showModal());
  if (event.key === "/") return act(event, search);
  if (event.key === "n") return act(event, added);
  if (event.key === "u") return act(event, () => document.querySelector("[data-undo]")?.click());
  if (event.key === "g") return void (went = event.timeStamp);
  if (event.timeStamp - went < 1500) {
    const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    went = 0;
    if (link) act(event, () => link.click());
  }
}

function act(event, what) {
  event.preventDefault();
  what();
}

function added() {
  const field = document.querySelector("main [data-new]");
  const folded = field?.closest("details");
  if (folded) folded.open = true;
  field?.focus();
}

function search() {
  const field = document.querySelector("[data-search]");
  if (field) field.focus();
  else document.querySelector('[data-key="r"]')?.click();
}
