// The control for every kind of select: a button that opens a list with a filter.

import { freshId, h, icon } from "./dom.js";
import { openPopover } from "./popover.js";

const FILTER_FROM = 8;
const PAUSE_MS = 250;

/**
 * groups: [{label?, options: [{key, label, description?, raw}]}], or load(query) -> Promise of the same.
 * -> a node with `chosen` (options). onchange(chosen) runs after each choice.
 */
export function picker({ name, placeholder, groups = [], load, multi = false, chosen = [], most = Infinity, onchange, props = {} }) {
  const words = h("span", { class: "picker-words" });
  const button = h("button", { type: "button", class: "picker", "aria-haspopup": "listbox", "aria-expanded": "false", ...props }, words, icon("down"));
  button.chosen = chosen;
  const show = () => {
    words.textContent = button.chosen.length ? button.chosen.map((option) => option.label).join(", ") : placeholder;
    button.classList.toggle("is-empty", button.chosen.length === 0);
    if (name) button.setAttribute("aria-label", `${name}: ${words.textContent}`);
  };
  button.choose = (options, quiet) => {
    button.chosen = options;
    show();
    if (!quiet) onchange?.(options);
  };
  button.addEventListener("click", () => openList(button, { name: name || placeholder, groups, load, multi, most }));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    button.click();
  });
  show();
  return button;
}

function openList(button, { name, groups, load, multi, most }) {
  const total = groups.reduce((sum, group) => sum + group.options.length, 0);
  const list = h("div", { role: "listbox", id: freshId("list"), class: "listbox", "aria-label": name, "aria-multiselectable": multi ? "true" : undefined, tabindex: "0" });
  const filtering = load || total >= FILTER_FROM;
  const input = filtering && h("input", { class: "text-input", type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list", "aria-label": `Filter ${name}`, placeholder: load ? "Type to search" : "Filter", autocomplete: "off" });
  const status = h("div", { class: "listbox-status", role: "status" });
  const view = { list, input, status, keys: input || list, multi, most, button, options: [], active: -1 };
  view.popover = openPopover(button, [input, list, status], { className: "popover-list" });
  view.popover.panel.style.minWidth = `${button.offsetWidth}px`;
  view.keys.addEventListener("keydown", (event) => onKey(event, view));
  if (input) input.addEventListener("input", searcher(view, groups, load));
  view.keys.focus();
  if (load) search(view, load, "");
  else fill(view, groups);
}

function searcher(view, groups, load) {
  let waiting;
  return () => {
    const query = view.input.value.trim();
    clearTimeout(waiting);
    if (load) waiting = setTimeout(() => search(view, load, query), PAUSE_MS);
    else fill(view, filterGroups(groups, query));
  };
}

function filterGroups(groups, query) {
  const wanted = query.toLowerCase();
  const fits = (option) => `${option.label} ${option.description ?? ""}`.toLowerCase().includes(wanted);
  return groups.map((group) => ({ ...group, options: group.options.filter(fits) })).filter((group) => group.options.length);
}

async function search(view, load, query) {
  view.status.textContent = "Searching…";
  try {
    const found = await load(query);
    if ((view.input?.value.trim() ?? "") === query) fill(view, found);
  } catch (error) {
    view.status.textContent = `The app sent no options. ${error.message}`;
  }
}

function fill(view, groups) {
  view.options = [];
  view.list.replaceChildren(...groups.map((group) => (group.label ? optionGroup(view, group) : group.options.map((option) => optionRow(view, option)))).flat());
  view.status.textContent = view.options.length ? "" : "No matches.";
  const first = view.options.findIndex(({ option }) => isChosen(view, option));
  setActive(view, view.options.length ? Math.max(0, first) : -1);
}

function optionGroup(view, group) {
  const id = freshId("group");
  return h("div", { role: "group", "aria-labelledby": id }, h("div", { class: "menu-heading", id, role: "presentation" }, group.label), group.options.map((option) => optionRow(view, option)));
}

const isChosen = (view, option) => view.button.chosen.some((other) => other.key === option.key);

function optionRow(view, option) {
  const at = view.options.length;
  const row = h("div", { role: "option", id: freshId("option"), class: "option", "aria-selected": String(isChosen(view, option)),
    onclick: () => toggle(view, at), onmousemove: () => setActive(view, at) },
    h("span", { class: "menu-words" }, h("span", { class: "menu-label" }, option.label), option.description ? h("span", { class: "menu-hint" }, option.description) : null),
    icon("check"));
  view.options.push({ option, row });
  return row;
}

function setActive(view, at) {
  view.options[view.active]?.row.classList.remove("is-active");
  view.active = at;
  const row = view.options[at]?.row;
  row?.classList.add("is-active");
  row?.scrollIntoView({ block: "nearest" });
  if (row) view.keys.setAttribute("aria-activedescendant", row.id);
  else view.keys.removeAttribute("aria-activedescendant");
}

function toggle(view, at) {
  const { option, row } = view.options[at];
  const had = isChosen(view, option);
  if (!view.multi) {
    view.button.choose([option]);
    view.popover.close();
    return;
  }
  if (!had && view.button.chosen.length >= view.most) {
    view.status.textContent = `At most ${view.most} can be chosen.`;
    return;
  }
  view.status.textContent = "";
  view.button.choose(had ? view.button.chosen.filter((other) => other.key !== option.key) : [...view.button.chosen, option]);
  row.setAttribute("aria-selected", String(!had));
}

function onKey(event, view) {
  const last = view.options.length - 1;
  const steps = { ArrowDown: Math.min(last, view.active + 1), ArrowUp: Math.max(0, view.active - 1) };
  if (!view.input) Object.assign(steps, { Home: 0, End: last });
  if (event.key in steps) {
    event.preventDefault();
    setActive(view, steps[event.key]);
  } else if (event.key === "Enter" || (event.key === " " && !view.input)) {
    event.preventDefault();
    if (view.active >= 0) toggle(view, view.active);
  } else if (event.key === "Tab") {
    event.preventDefault();
    view.popover.close();
  } else if (!view.input && event.key.length === 1) {
    const found = view.options.findIndex(({ option }) => option.label.toLowerCase().startsWith(event.key.toLowerCase()));
    if (found >= 0) setActive(view, found);
  }
}
