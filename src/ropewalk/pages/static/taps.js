// A tap answers at once and is kept on the device until the server has it; its uuid makes it count once.
// The undo beside it goes after ten seconds; it stays in the day's log.
const UNDO_STAYS = 10_000;
const AGAIN_AFTER = 10_000; // what the device keeps is tried again then, and whenever a page opens

export function taps() {
  if ("serviceWorker" in navigator && document.querySelector("[data-tap]")) {
    navigator.serviceWorker.register("/taps.js").catch(() => {});
    addEventListener("online", flush);
    navigator.serviceWorker.addEventListener("message", (event) => event.data === "sent" && location.replace(location.pathname));
    if (navigator.onLine) flush();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-tap]");
    if (!form || form.dataset.sent) return;
    event.preventDefault();
    form.dataset.sent = "yes";
    send(form);
  });
  setTimeout(settle, UNDO_STAYS);
}

function flush() {
  navigator.serviceWorker.controller?.postMessage("flush");
}

async function send(form) {
  const says = form.querySelector("[data-says]");
  const button = form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  says.textContent = says.dataset.logged;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.status === 202) {
      setTimeout(flush, AGAIN_AFTER);
      return void (says.textContent = says.dataset.kept);
    }
    if (answer.status === 503) throw new Error(answer.status);
    if (!shows(answer, await answer.text())) location.assign(answer.url);
  } catch {
    delete form.dataset.sent;
    button.removeAttribute("aria-busy");
    says.textContent = says.dataset.failed;
  }
}

// What came is shown as it came: asked for once more it would lack what is said only once, such as why nothing was logged.
function shows(answer, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("content");
  const main = document.getElementById("content");
  if (!answer.ok || !fresh?.querySelector(".today") || new URL(answer.url).pathname !== location.pathname) return false;
  main.replaceChildren(...fresh.childNodes);
  history.replaceState(null, "", answer.url);
  main.focus({ preventScroll: true });
  setTimeout(settle, UNDO_STAYS);
  return true;
}

async function settle() {
  const after = document.querySelector(".act.after");
  if (!after || after.contains(document.activeElement)) return;
  const answer = await fetch(location.pathname).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".act");
  if (fresh) after.replaceWith(fresh);
  history.replaceState(null, "", location.pathname);
}
