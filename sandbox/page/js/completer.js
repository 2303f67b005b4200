// Suggestions while writing: "/" for commands, "@" for people, "#" for channels, ":" for emoji.

import { avatar } from "./avatar.js";
import { freshId, h } from "./dom.js";
import { emojiCharacter, findEmoji } from "./emoji.js";

const MOST = 8;

function commands(session, query, before) {
  if (before.trim()) return [];
  return session.state.commands.filter((one) => one.command.startsWith(`/${query}`))
    .map((one) => ({ insert: `${one.command} `, label: `${one.command} ${one.usage_hint ?? ""}`.trim(), hint: one.description }));
}

function people(session, query) {
  const wanted = query.toLowerCase();
  const fits = (text) => String(text ?? "").toLowerCase().split(/\s+/).some((part) => part.startsWith(wanted)) || String(text ?? "").toLowerCase().startsWith(wanted);
  const persons = session.state.people.filter((person) => !person.deleted && (fits(person.real_name) || fits(person.name)))
    .map((person) => ({ insert: `@${person.real_name || person.name} `, label: person.real_name || person.name, hint: person.is_bot ? "App" : [person.title, person.team_name].filter(Boolean).join(", "), lead: avatar(session.author({ user: person.id }), "avatar-small") }));
  const groups = (session.state.usergroups ?? []).filter((group) => fits(group.handle)).map((group) => ({ insert: `@${group.handle} `, label: `@${group.handle}`, hint: group.name }));
  return [...persons, ...groups];
}

function channels(session, query) {
  return session.state.channels.filter((channel) => !channel.is_im && channel.name.includes(query.toLowerCase()))
    .map((channel) => ({ insert: `#${channel.name} `, label: `#${channel.name}`, hint: channel.topic }));
}

function emojis(session, query) {
  if (query.length < 2) return [];
  return findEmoji(query, MOST).map((name) => ({ insert: `${emojiCharacter(name)} `, label: `:${name}:`, lead: h("span", { class: "emoji" }, emojiCharacter(name)) }));
}

const SOURCES = { "/": commands, "@": people, "#": channels, ":": emojis };
const TRIGGER = /(^|[\s(])([/@#:])([\p{L}\p{N}_.+-]*)$/u;

/** Adds suggestions to a textarea. `holder`: the element that the list is added to. */
export function completer(session, box, holder) {
  const list = h("div", { role: "listbox", id: freshId("complete"), class: "completions", "aria-label": "Suggestions", hidden: true });
  holder.prepend(list);
  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": list.id, "aria-expanded": "false" }).forEach(([name, value]) => box.setAttribute(name, value));
  const view = { session, box, list, found: [], active: 0 };
  box.addEventListener("input", () => suggest(view));
  box.addEventListener("blur", () => setTimeout(() => hide(view), 120));
  box.addEventListener("keydown", (event) => keys(event, view));
}

function suggest(view) {
  const before = view.box.value.slice(0, view.box.selectionStart);
  const found = TRIGGER.exec(before);
  if (!found) return hide(view);
  const [, , sign, query] = found;
  view.from = before.length - query.length - 1;
  view.found = SOURCES[sign](view.session, query, before.slice(0, view.from)).slice(0, MOST);
  if (!view.found.length) return hide(view);
  view.list.replaceChildren(...view.found.map((one, at) => h("div", { role: "option", id: `${view.list.id}-${at}`, class: "option", onmousedown: (event) => {
    event.preventDefault();
    take(view, at);
  } }, one.lead, h("span", { class: "menu-words" }, h("span", { class: "menu-label" }, one.label), one.hint ? h("span", { class: "menu-hint" }, one.hint) : null))));
  view.list.hidden = false;
  view.box.setAttribute("aria-expanded", "true");
  return mark(view, 0);
}

function mark(view, at) {
  view.active = at;
  [...view.list.children].forEach((row, index) => {
    row.classList.toggle("is-active", index === at);
    row.setAttribute("aria-selected", String(index === at));
  });
  view.list.children[at]?.scrollIntoView({ block: "nearest" });
  view.box.setAttribute("aria-activedescendant", `${view.list.id}-${at}`);
}

function hide(view) {
  view.list.hidden = true;
  view.found = [];
  view.box.setAttribute("aria-expanded", "false");
  view.box.removeAttribute("aria-activedescendant");
}

function take(view, at) {
  const { box, from } = view;
  const text = view.found[at].insert;
  box.setRangeText(text, from, box.selectionStart, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  hide(view);
}

function keys(event, view) {
  if (view.list.hidden) return;
  const count = view.found.length;
  const go = { ArrowDown: (view.active + 1) % count, ArrowUp: (view.active - 1 + count) % count }[event.key];
  if (go !== undefined) mark(view, go);
  else if (event.key === "Tab" || (event.key === "Enter" && !complete(view))) take(view, view.active);
  else if (event.key === "Escape") hide(view);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Is the suggestion already written in full? Then Enter sends. */
function complete(view) {
  const written = view.box.value.slice(view.from, view.box.selectionStart);
  return view.found[view.active].insert.trim() === written;
}
