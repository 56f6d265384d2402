// What was typed into a form marked data-keeps stays in this tab from the moment it is sent until the server has answered well,
// and is offered back where it didn't. It is kept for one person at one address, and goes with the tab or the sign-out.
const KEPT = "ropewalk.typed:";
const FIELDS = "textarea, input:not([type=hidden], [type=password], [type=file], [type=checkbox], [type=radio])";

// For the page for an error, which no frame settles: what was sent last wasn't taken.
export function unanswered() {
  for (const key of kept()) mark(key, false);
}

export function typed() {
  addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname === "/sign-out/") forgetAll();
    else if (!event.defaultPrevented && event.target.matches("[data-keeps]")) keep(event.target);
  });
  addEventListener("pageshow", (event) => {
    settle(event.persisted);
    offer();
  });
  document.addEventListener("ropewalk:fresh", offer);
}

const keyOf = (form) => `${KEPT}${document.body.dataset.who}:${new URL(form.action).pathname}`;
const plain = (text) => text.replaceAll("\r\n", "\n").trim();
const fieldsOf = (form) => [...form.querySelectorAll(FIELDS)].filter((one) => one.name);
const kept = () => Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT));

function keep(form) {
  const words = fieldsOf(form).filter((one) => one.value !== one.defaultValue);
  if (!words.length) return sessionStorage.removeItem(keyOf(form));
  const fields = Object.fromEntries(words.map((one) => [one.name, one.value]));
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify({ isSent: true, fields }));
  } catch {
    // No room in the tab: what is typed is still in the form that the browser goes back to.
  }
}

// The page that comes after sending says what became of it: an answer to it, or one that the answer led to. Where one has to sign
// in again, may not, or comes back to a page of before, it wasn't taken.
function settle(isOfBefore) {
  const came = performance.getEntriesByType("navigation")[0];
  const isRefused = !document.body.dataset.who || (came?.responseStatus >= 400 && ![409, 422].includes(came.responseStatus));
  const isAnswer = !isOfBefore && !isRefused && ("answers" in document.body.dataset || came?.redirectCount > 0);
  for (const key of kept()) {
    const one = JSON.parse(sessionStorage.getItem(key));
    if (one.isSent && isAnswer) sessionStorage.removeItem(key);
    else mark(key, false);
  }
}

function mark(key, isSent) {
  sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(key)), isSent }));
}

const missing = (form, one) => fieldsOf(form).filter((field) => field.name in one.fields && plain(field.value) !== plain(one.fields[field.name]));

function offer() {
  for (const form of document.querySelectorAll("form[data-keeps]")) {
    const one = JSON.parse(sessionStorage.getItem(keyOf(form)));
    if (!one || one.isSent || form.querySelector(":scope > [data-typed-back]") || !missing(form, one).length) continue;
    const box = element("div", "notice stack");
    box.dataset.typedBack = "";
    box.setAttribute("role", "status");
    const row = element("p", "row");
    const back = element("button", "button small", "Put it back");
    const away = element("button", "button small quiet", "Throw it away");
    back.type = away.type = "button";
    back.addEventListener("click", () => {
      const fields = missing(form, one);
      for (const field of fields) {
        field.value = one.fields[field.name];
        const folded = field.closest("details");
        if (folded) folded.open = true;
      }
      box.remove();
      fields[0]?.focus();
    });
    away.addEventListener("click", () => {
      sessionStorage.removeItem(keyOf(form));
      box.remove();
    });
    row.append(back, " ", away);
    box.append(element("p", "", "What you typed is still here: the server didn’t take it."), row);
    const folded = form.closest("details");
    if (folded) folded.open = true;
    form.prepend(box);
  }
}

function forgetAll() {
  for (const key of kept()) sessionStorage.removeItem(key);
}

function element(tag, className, words = "") {
  return Object.assign(document.createElement(tag), { className, textContent: words });
}
