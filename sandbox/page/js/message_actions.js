// What a person does with a message: react, edit, delete, forward, run a shortcut, copy its link.

import { permalink } from "./address.js";
import { RequestError } from "./api.js";
import { ask, toast } from "./dialogs.js";
import { h } from "./dom.js";
import { emojiCharacter, emojiWords, findEmoji, QUICK } from "./emoji.js";
import { shownText, wireText } from "./mentions.js";
import { openForward } from "./forward.js";
import { openMenu, openPopover } from "./popover.js";
import { failureText } from "./surface.js";

async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    toast(error.message, "problem");
    return null;
  }
}

const at = (message) => ({ channel: message.channel, ts: message.ts });

export function addReaction(session, message, name, remove = false) {
  return attempt(() => session.post("reactions", { ...at(message), name, remove }));
}

export function pickReaction(session, message, anchor) {
  const grid = h("div", { class: "emoji-grid", role: "group", "aria-label": "Emoji" });
  const input = h("input", { class: "text-input", type: "search", "aria-label": "Find an emoji", placeholder: "Find an emoji", autocomplete: "off" });
  const popover = openPopover(anchor, [input, grid], { className: "popover-emoji" });
  const choose = (name) => {
    const mine = message.reactions?.some((reaction) => reaction.name === name && reaction.users.includes(session.as));
    popover.close();
    addReaction(session, message, name, Boolean(mine));
  };
  const fill = (names) => grid.replaceChildren(...names.map((name) => h("button", { type: "button", class: "emoji-button", "aria-label": emojiWords(name), title: `:${name}:`, onclick: () => choose(name) }, emojiCharacter(name))));
  const all = (query) => (query ? findEmoji(query) : [...new Set([...QUICK, ...findEmoji("", 64)])]);
  input.addEventListener("input", () => fill(all(input.value)));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && grid.firstElementChild) grid.firstElementChild.click();
    if (event.key === "ArrowDown") grid.firstElementChild?.focus();
  });
  grid.addEventListener("keydown", gridKeys);
  fill(all(""));
  input.focus();
}

function gridKeys(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.children];
  all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + step))]?.focus();
}

export async function remove(session, message, row) {
  const beside = row.nextElementSibling ?? row.previousElementSibling;
  const sure = await ask({ title: "Delete this message?", text: "It disappears for everybody, and the app is sent an event.", confirm: "Delete", deny: "Keep it", danger: true });
  if (!sure) return;
  const gone = await attempt(() => session.post("messages", at(message), "DELETE"));
  if (gone) beside?.focus();
}

export function moreActions(session, message, anchor) {
  const shortcuts = (session.state.shortcuts ?? []).filter((shortcut) => shortcut.type === "message" || shortcut.type === "message_action");
  openMenu(anchor, "More actions", [
    ...shortcuts.map((shortcut) => ({ label: shortcut.name, hint: session.state.app?.name, onselect: () => runShortcut(session, shortcut.callback_id, at(message)) })),
    { label: "Forward message…", onselect: () => openForward(session, message) },
    { label: "Copy link", onselect: () => copy(permalink(message)) },
    { label: "Copy message as JSON", hint: "what the app sees", onselect: () => copy(JSON.stringify(message, null, 2)) },
  ]);
}

export async function runShortcut(session, callback_id, place = {}) {
  const result = await attempt(() => session.post("shortcuts", { callback_id, ...place }));
  if (result && (!result.ok || result.acked === false)) toast(failureText(session, result.error), "problem");
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser did not allow copying.", "problem");
  }
}

export function editBox(session, message) {
  const box = h("textarea", { class: "text-input", rows: Math.min(8, 1 + message.text.split("\n").length), "aria-label": "Edit message", value: shownText(message.text, session), data: { focus: "edit" } });
  const stop = () => {
    const row = box.closest("li");
    session.editing = null;
    session.emit("editing");
    document.querySelector(`li[data-ts="${row?.dataset.ts}"]`)?.focus();
  };
  const save = async () => {
    if (!box.value.trim()) return;
    if (await attempt(() => session.post("messages", { ...at(message), text: wireText(box.value.trim(), session) }, "PATCH"))) stop();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      stop();
    }
  });
  requestAnimationFrame(() => {
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  });
  return h("div", { class: "edit-box" }, box, h("div", { class: "button-row" },
    h("button", { type: "button", class: "button primary", onclick: save }, "Save"), h("button", { type: "button", class: "button", onclick: stop }, "Cancel"),
    h("span", { class: "hint" }, "Enter saves, Escape cancels")));
}
