// A scrolling list of messages with day dividers: keeps its rows, its place and its focus while messages change.

import { h, patchList, reveal } from "./dom.js";
import { messageRow, startEdit } from "./message.js";
import { pickReaction, remove } from "./message_actions.js";
import { dayKey, dayLabel } from "./times.js";

const TOGETHER_SECONDS = 300;
const NEAR_END = 120;

/** -> {node (the scrolling box), show(messages), find(ts), toEnd()}. */
export function messageList(session, { label, inThread = false, before, after }) {
  const list = h("ol", { class: "messages", "aria-label": label });
  const node = h("div", { class: "scroller", tabindex: "-1" }, before, list, after);
  const view = { session, list, node, inThread };
  list.addEventListener("keydown", (event) => keys(event, view));
  list.addEventListener("focusin", (event) => roving(view, event.target.closest("li.message")));
  return {
    node,
    show: (messages, options) => show(view, messages, options),
    find: (ts) => list.querySelector(`li[data-ts="${CSS.escape(ts)}"]`),
    toEnd: () => { node.scrollTop = node.scrollHeight; },
  };
}

function show(view, messages, { stay = false } = {}) {
  const { session, list, node, inThread } = view;
  const atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END;
  const fromEnd = node.scrollHeight - node.scrollTop;
  const today = dayKey(session.now(), session.tz);
  patchList(list, rowsOf(messages, session), {
    key: (row) => row.key,
    signature: (row) => JSON.stringify([row.message ?? row.day, row.compact, session.as, today, session.editing === row.message?.ts, row.message && session.author(row.message), row.message?.reply_count ? Math.floor(session.now() / 60) : 0]),
    render: (row) => (row.day ? divider(row.day, session) : messageRow(session, row.message, { inThread, compact: row.compact })),
  });
  if (stay) node.scrollTop = node.scrollHeight - fromEnd;
  else if (atEnd) node.scrollTop = node.scrollHeight;
  const rows = [...list.querySelectorAll("li.message")];
  if (!rows.some((row) => row.tabIndex === 0)) rows.at(-1)?.setAttribute("tabindex", "0");
}

function rowsOf(messages, session) {
  const rows = [];
  let last = null;
  for (const message of messages) {
    const day = dayKey(Number(message.ts), session.tz);
    if (!last || dayKey(Number(last.ts), session.tz) !== day) rows.push({ key: `day-${day}`, day: Number(message.ts) });
    const compact = Boolean(last && rows.at(-1).message && together(last, message));
    rows.push({ key: message.ts, message, compact });
    last = message;
  }
  return rows;
}

function together(a, b) {
  const same = (a.user ?? a.bot_id) === (b.user ?? b.bot_id) && a.username === b.username && !a.is_ephemeral && !a.subtype?.startsWith("channel_");
  return same && Number(b.ts) - Number(a.ts) < TOGETHER_SECONDS && !a.reply_count;
}

function divider(seconds, session) {
  return h("li", { class: "day" }, h("h3", {}, dayLabel(seconds, session.now(), session.tz)));
}

/** One message is in the tab order; the row that has the focus opens its toolbar to Tab. */
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
  const does = next ? () => next.focus() : doings(event.key, view, row);
  if (!does) return;
  event.preventDefault();
  does();
}

function doings(key, { session, inThread }, row) {
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

/** Brings a message into view and marks it for a moment. */
export function pointOut(row) {
  reveal(row);
  row.classList.add("pointed-out");
  setTimeout(() => row.classList.remove("pointed-out"), 3000);
}
