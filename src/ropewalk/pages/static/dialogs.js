// A rope opens in a drawer beside the map; the same address as a page where there is no script or no room.
const ROPE = /\/ropes\/[^/]+\/\d+\/$/;

export function dialogs() {
  for (const one of document.querySelectorAll("[data-sends]")) one.addEventListener("change", () => one.form.requestSubmit());
  const drawer = document.getElementById("drawer");
  if (!drawer) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const address = new URL(link.getAttribute("href"), location.href);
    if (!ROPE.test(address.pathname) || innerWidth < 700 || !link.closest("main") || drawer.contains(link)) return;
    event.preventDefault();
    open(drawer, address, link);
  });
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
  });
}

async function open(drawer, address, link) {
  try {
    const answer = await fetch(address, { headers: { "X-Requested-With": "drawer" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.getElementById("content");
    main.querySelector("nav")?.remove();
    const title = main.querySelector("h1");
    const heading = document.createElement("h2");
    heading.id = "drawer-title";
    heading.append(...title.childNodes);
    title.replaceWith(heading);
    drawer.querySelector("[data-inside]").replaceChildren(...main.childNodes);
    drawer.querySelector("[data-page]").href = address;
    drawer.addEventListener("close", () => again(link)?.focus(), { once: true });
    drawer.showModal();
    drawer.scrollTop = 0;
  } catch {
    location.assign(address);
  }
}

// The link, or the one that stands for it where the page was renewed meanwhile.
const again = (link) => (document.contains(link) ? link : leadingTo(link.getAttribute("href")));

export const leadingTo = (address) => document.querySelector(`main a[href="${CSS.escape(address)}"]`);
