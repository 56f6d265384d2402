// The map by arrow keys: Tab comes to it once, at first to what is overdue, then to where one was. Without script each link is a stop.
const CELLS = '[role="rowheader"], [role="columnheader"], [role="gridcell"]';
const WAYS = {
  ArrowRight: (cell) => cell.nextElementSibling,
  ArrowLeft: (cell) => cell.previousElementSibling,
  ArrowDown: (cell) => beyond(cell, 1),
  ArrowUp: (cell) => beyond(cell, -1),
  Home: (cell) => cell.parentElement.firstElementChild,
  End: (cell) => cell.parentElement.lastElementChild,
  "Control+Home": () => cells().at(0),
  "Control+End": () => cells().at(-1),
};
let stop = null; // the cell that Tab comes to
let row = 0; // where it stands, for when the page is renewed
let column = 0; // in which one goes up and down, past what is wider

export function map() {
  begin();
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", ({ target }) => cellOf(target) && stay(cellOf(target)));
  document.addEventListener("ropewalk:fresh", ({ detail }) => {
    begin();
    if (stop && detail?.closest?.('[role="grid"]')) link(stop).focus();
  });
}

const cellOf = (node) => node.closest?.('main [role="grid"]') && node.closest(CELLS);
const cells = () => [...document.querySelectorAll('main [role="grid"]')].flatMap((grid) => [...grid.querySelectorAll(CELLS)]);
const rows = () => [...document.querySelectorAll('main [role="grid"] [role="row"]')];
const link = (cell) => cell.querySelector("a[href]") ?? cell;
const first = (cell) => Number(cell.getAttribute("aria-colindex"));
const covers = (cell, number) => first(cell) <= number && number < first(cell) + Number(cell.getAttribute("aria-colspan") ?? 1);

function begin() {
  const every = cells();
  for (const one of every) link(one).setAttribute("tabindex", "-1");
  const overdue = every.find((one) => one.querySelector("a:not([opacity]) .tag.overdue"));
  const start = again(every) ?? overdue ?? every.find((one) => one.matches('[role="gridcell"]')) ?? every[0];
  stop = null;
  if (start) stay(start);
}

// Once the page is renewed: what leads to the same, else what stands in the same place.
function again(every) {
  if (!stop) return undefined;
  const there = [...(rows()[row]?.children ?? [])].find((one) => covers(one, column));
  const address = link(stop).getAttribute("href");
  if (!address || (there && link(there).getAttribute("href") === address)) return there;
  return every.find((one) => link(one).getAttribute("href") === address) ?? there;
}

function stay(cell) {
  if (stop) link(stop).setAttribute("tabindex", "-1");
  link(cell).setAttribute("tabindex", "0");
  stop = cell;
  row = rows().indexOf(cell.parentElement);
  if (!covers(cell, column)) column = first(cell);
}

// The next row that has something in this column; past the last one that has, what is nearest in the row beside.
function beyond(cell, step) {
  const every = rows();
  const at = every.indexOf(cell.parentElement);
  for (let next = at + step; every[next]; next += step) {
    const below = [...every[next].children].find((one) => covers(one, column));
    if (below) return below;
  }
  const beside = [...(every[at + step]?.children ?? [])];
  return beside.sort((one, other) => Math.abs(first(one) - column) - Math.abs(first(other) - column))[0];
}

function pressed(event) {
  const cell = cellOf(event.target);
  const way = WAYS[event.ctrlKey ? `Control+${event.key}` : event.key];
  if (!cell || !way || event.altKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const to = way(cell);
  if (to) link(to).focus();
}
