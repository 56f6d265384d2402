// A page stays as it is true: every 20 seconds it asks whether anything changed, and takes the new main part if so.
// Nothing is asked while the page is hidden or paused, and nothing is replaced under somebody who is typing.
import { leadingTo } from "./dialogs.js";

const EVERY = 20_000;

export function live() {
  const main = document.querySelector("main[data-live]");
  const pause = document.querySelector("[data-pause]");
  if (!main || !pause) return;
  let state = main.dataset.live;
  let paused = false;
  const says = document.querySelector("[data-live-words]");
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    says.textContent = paused ? says.dataset.paused : says.dataset.live;
  });
  const ask = async () => {
    if (paused || document.hidden || isBusy(main)) return;
    try {
      const answer = await fetch(location.href, { headers: { "If-None-Match": `"${state}"` }, cache: "no-store" });
      if (answer.status === 304) says.textContent = says.dataset.live;
      else if (answer.redirected || answer.status === 403 || answer.status === 404) location.reload();
      else if (answer.ok) state = take(main, await answer.text(), state);
      else throw new Error(answer.status);
    } catch {
      says.textContent = says.dataset.lost;
    }
  };
  setInterval(ask, Number(main.dataset.every) || EVERY);
  document.addEventListener("visibilitychange", ask);
}

function isBusy(main) {
  if (document.querySelector("dialog[open]")) return true;
  if (document.activeElement?.matches("main input, main textarea, main select")) return true;
  return [...main.querySelectorAll("input:not([type=hidden]), textarea")].some(
    (one) => (one.type === "checkbox" || one.type === "radio" ? one.checked !== one.defaultChecked : one.value !== one.defaultValue),
  );
}

function take(main, html, before) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("content");
  if (!fresh || isBusy(main)) return before; // somebody may have begun while the answer was on its way
  const open = [...main.querySelectorAll("details[open] > summary")].map((one) => one.textContent);
  const focused = document.activeElement;
  const held = focused?.closest('[role="grid"]') ? null : focused?.closest("main a[href]")?.getAttribute("href"); // map.js keeps its own place
  main.replaceChildren(...fresh.childNodes);
  for (const one of main.querySelectorAll("details > summary")) if (open.includes(one.textContent)) one.parentElement.open = true;
  if (held) leadingTo(held)?.focus();
  document.dispatchEvent(new CustomEvent("ropewalk:fresh", { detail: focused }));
  return fresh.dataset.live;
}
