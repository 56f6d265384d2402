// On a phone the bar below may be longer than the screen: the way one is on is brought into it.
export function ways() {
  const here = document.querySelector(".top nav [aria-current]");
  const bar = here?.closest("nav");
  if (bar && bar.scrollWidth > bar.clientWidth) {
    bar.scrollLeft += here.getBoundingClientRect().left - (bar.clientWidth - here.clientWidth) / 2;
  }
}
