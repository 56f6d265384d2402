// Follows an import: asks once a second how far it is, never lets the bar go back, and says every tenth aloud.
const box = document.getElementById("progress");
const spoken = document.getElementById("spoken");
let furthest = 0, told = 0, last = "";

async function look() {
  try {
    const answer = await fetch(box.dataset.from, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const state = page.querySelector("[data-state]");
    if (!state) return setTimeout(look, 2000);
    if (state.dataset.state === "done") return location.assign(box.dataset.from.replace(/progress\/$/, ""));
    furthest = Math.max(furthest, Number(state.dataset.percent));
    const bar = state.querySelector("progress");
    if (bar?.hasAttribute("value")) { // taking in has no end that is known: its bar holds none
      bar.value = furthest;
      const outer = bar.parentElement;
      outer.setAttribute("aria-valuenow", furthest);
      outer.setAttribute("aria-valuetext", `${furthest} percent`);
    }
    const held = box.contains(document.activeElement);
    box.replaceChildren(...page.body.childNodes);
    if (held) box.querySelector("button")?.focus();
    const tenth = Number(state.dataset.tenth);
    if (tenth > told) { told = tenth; spoken.textContent = `${tenth} percent read`; }
    if (state.dataset.state !== last && state.dataset.state === "taking") spoken.textContent = "Taking in what was read";
    last = state.dataset.state;
    if (state.dataset.state === "stopped") { spoken.textContent = "The import stopped"; return; }
    setTimeout(look, 1000);
  } catch {
    setTimeout(look, 3000);
  }
}
if (box?.dataset.follow) setTimeout(look, 700);
