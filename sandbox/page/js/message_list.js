// A scrolling list of messages with day dividers. Rows, scroll position and focus stay while messages change.

import { h, icon, patchList, scrollToCentre } from "./dom.js";
import { messageRow, startEdit } from "./message.js";
import { pickReaction, remove } from "./message_actions.js";
import { dayKey, dayLabel } from "./times.js";

const CONTINUES_SECONDS = 300;
const NEAR_END = 120;
const DAY_LINE = 36;

/** -> {node (the scrolling box), below (a button over its end), show(messages), find(ts), highlight(row), toEnd()}. */
export function messageList(session, { label, inThread = false, before, after }) {
  const list = h("ol", { class: "messages", "aria-label": label });
  const node = h("div", { class: "scroller", tabindex: "-1" }, before, list, after);
  const below = h("button", { type: "button", class: "button small below", hidden: true, onclick: () => toEnd(view) }, "New messages", icon("down"));
  const view = { session, list, node, below, inThread, following: true, auto: 0, isPressed: false, waiting: null };
  follow(view);
  waitForPointer(view);
  list.addEventListener("keydown", (event) => keys(event, view));
  list.addEventListener("focusin", (event) => roving(view, event.target.closest("li.message")));
  return {
    node,
    below,
    show: (messages, options) => show(view, messages, options),
    find: (ts) => list.querySelector(`li[data-ts="${CSS.escape(ts)}"]`),
    toEnd: () => toEnd(view),
    highlight: (row) => highlight(view, row),
  };
}

/** A row that is replaced while the pointer is down would lose the click, so such updates wait until the click is over. */
function waitForPointer(view) {
  view.list.addEventListener("pointerdown", () => { view.isPressed = true; });
  for (const kind of ["pointerup", "pointercancel"]) {
    document.addEventListener(kind, () => view.isPressed && setTimeout(() => {
      view.isPressed = false;
      view.waiting?.();
    }));
  }
}

function show(view, messages, options = {}) {
  view.waiting = view.isPressed ? () => show(view, messages, options) : null;
  if (!view.isPressed) update(view, messages, options);
}

function update(view, messages, { stay = false }) {
  const { session, list, node, inThread } = view;
  const { following } = view;
  const fromEnd = node.scrollHeight - node.scrollTop;
  const newest = list.querySelector("li.message:last-of-type")?.dataset.ts;
  const today = dayKey(session.now(), session.tz);
  patchList(list, rowsOf(messages, session), {
    key: (row) => row.key,
    signature: (row) => JSON.stringify([row.message ?? row.day, row.compact, session.as, today, session.editing === row.message?.ts, session.peopleVersion, row.message?.reply_count ? Math.floor(session.now() / 60) : 0]),
    render: (row) => (row.day ? divider(row.day, session) : messageRow(session, row.message, { inThread, compact: row.compact })),
  });
  if (stay) node.scrollTop = node.scrollHeight - fromEnd;
  else if (following || messages.at(-1)?.user === session.as && messages.at(-1).ts !== newest) toEnd(view);
  else if (newest && Number(messages.at(-1)?.ts) > Number(newest)) view.below.hidden = false;
  const rows = [...list.querySelectorAll("li.message")];
  if (!rows.some((row) => row.tabIndex === 0)) rows.at(-1)?.setAttribute("tabindex", "0");
}

/** Scrolls to the end, or to the start of the newest message if it is taller than the window. */
function toEnd(view) {
  const { node, list } = view;
  const last = list.lastElementChild;
  const tall = last && last.offsetHeight > node.clientHeight - DAY_LINE;
  node.scrollTop = tall ? last.offsetTop - node.offsetTop - DAY_LINE : node.scrollHeight;
  view.auto = node.scrollTop;
  view.following = true;
  view.below.hidden = true;
}

/** Keeps the newest message in view until somebody scrolls away, also when images load or boxes grow. */
function follow(view) {
  const { node, list } = view;
  node.addEventListener("scroll", () => {
    const fromEnd = node.scrollHeight - node.scrollTop - node.clientHeight;
    view.following = fromEnd < NEAR_END || Math.abs(node.scrollTop - view.auto) < 2;
    if (fromEnd < NEAR_END) view.below.hidden = true;
  });
  const sizes = new ResizeObserver(() => view.following && list.childElementCount && toEnd(view));
  sizes.observe(list);
  sizes.observe(node);
}

function rowsOf(messages, session) {
  const rows = [];
  let last = null;
  for (const message of messages) {
    const day = dayKey(Number(message.ts), session.tz);
    if (!last || dayKey(Number(last.ts), session.tz) !== day) rows.push({ key: `day-${day}`, day: Number(message.ts) });
    const compact = Boolean(last && rows.at(-1).message && continues(last, message));
    rows.push({ key: message.ts, message, compact });
    last = message;
  }
  return rows;
}

function continues(a, b) {
  const same = (a.user ?? a.bot_id) === (b.user ?? b.bot_id) && a.username === b.username && !a.is_ephemeral && !a.subtype?.startsWith("channel_");
  return same && !b.blocks?.length && Number(b.ts) - Number(a.ts) < CONTINUES_SECONDS && !a.reply_count;
}

function divider(seconds, session) {
  return h("li", { class: "day" }, h("h3", {}, dayLabel(seconds, session.now(), session.tz)));
}

/** Roving tabindex: one message is in the tab order, with its toolbar. */
function roving(view, row) {
  if (!row || view.current === row) return;
  for (const other of view.list.querySelectorAll("li.message[tabindex='0']")) {
    other.tabIndex = -1;
    other.querySelectorAll(".toolbar button").forEach((button) => { button.tabIndex = -1; });
  }
  row.tabIndex = 0;
  row.querySelectorAll(".toolbar button").forEach((button) => { button.tabIndex = 0; });
  view.current = row;
}

function keys(event, view) {
  const row = event.target.closest("li.message");
  if (!row || event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...view.list.querySelectorAll("li.message")];
  const at = rows.indexOf(row);
  const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) }[event.key];
  const does = next ? () => next.focus() : keyAction(event.key, view, row);
  if (!does) return;
  event.preventDefault();
  does();
}

function keyAction(key, { session, inThread }, row) {
  const message = row.message;
  const own = message.user === session.as && !message.is_ephemeral;
  if (message.is_ephemeral) return null;
  switch (key) {
    case "r": return () => pickReaction(session, message, row.querySelector(".toolbar button"));
    case "t": case "ArrowRight": case "Enter": return inThread ? null : () => session.go({ thread: message.thread_ts ?? message.ts });
    case "e": return own ? () => startEdit(session, message) : null;
    case "Delete": return own ? () => remove(session, message, row) : null;
    default: return null;
  }
}

/** Scrolls to a message and highlights it for a moment. */
function highlight(view, row) {
  view.following = false;
  view.auto = -Infinity;
  scrollToCentre(row);
  row.classList.add("highlighted");
  setTimeout(() => row.classList.remove("highlighted"), 3000);
}
