// A form that takes longer than half a second says so at the button that was pressed, and isn't sent twice meanwhile.
// The button isn't disabled, so its name and value go along; Esc, which stops the browser, gives it back.
const AFTER = 500;
let waiting = null; // the form that was sent, its button and the clock

export function busy() {
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.target) return;
    if (waiting?.form === form) return event.preventDefault();
    rest();
    const button = event.submitter ?? form.querySelector("button:not([type=button])");
    waiting = { form, button, clock: setTimeout(() => says(button), AFTER) };
  });
  addEventListener("pageshow", rest);
  addEventListener("keydown", (event) => event.key === "Escape" && rest());
}

function says(button) {
  button?.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
  spoken().textContent = "Working on it";
}

function rest() {
  if (!waiting) return;
  clearTimeout(waiting.clock);
  waiting.button?.removeAttribute("aria-busy");
  waiting.button?.removeAttribute("aria-disabled");
  spoken().textContent = "";
  waiting = null;
}

function spoken() {
  let line = document.getElementById("busy-words");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "busy-words", className: "hidden-words" });
    line.setAttribute("role", "status");
    document.body.append(line);
  }
  return line;
}
