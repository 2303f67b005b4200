// The thread pane: a root message, its replies, and a composer.

import { coalesce, get, RequestError, retryLater } from "./api.js";
import { composer } from "./composer.js";
import { toast } from "./dialogs.js";
import { h } from "./dom.js";
import { announcementOf } from "./message.js";
import { messageList } from "./message_list.js";

export function threadPane(session, announce) {
  const list = messageList(session, { label: "Thread", inThread: true, before: null });
  const write = composer(session, { label: "Reply in thread", target: () => ({ channel: session.place.channel, thread_ts: session.place.thread }) });
  const node = h("div", { class: "pane-body thread" }, list.node, h("div", { class: "over-composer" }, list.below), write);
  const view = { session, announce, list, write, messages: [], shown: null, turn: 0, newest: 0 };
  view.reload = coalesce(() => load(view));
  session.on("reload", () => { view.shown = null; });
  session.on("editing", () => list.show(view.messages));
  session.on("state", () => {
    if (!session.place.thread) return;
    write.hidden = Boolean(session.joinable(session.place.channel));
    list.show(view.messages, { stay: true });
  });
  session.on("caught-up", () => view.reload());
  session.on("messages", (change) => {
    const { channel, thread } = session.place;
    if (thread && change.channel === channel) view.reload();
  });
  // A closed thread is not updated, so it is loaded again when it opens.
  return { node, open: () => open(view), close: () => { view.shown = null; }, write, about: () => aboutWords(session) };
}

function aboutWords(session) {
  const channel = session.channel(session.place.channel);
  return channel ? (channel.is_im ? session.channelName(channel) : `#${channel.name}`) : "";
}

function open(view) {
  const { session } = view;
  const { channel, thread } = session.place;
  if (!thread) return;
  const key = [session.as, channel, thread].join("/");
  view.write.setPlace("Reply in thread");
  view.write.hidden = Boolean(session.joinable(channel));
  if (view.shown === key && !session.place.ts) return;
  if (view.shown !== key) {
    view.messages = [];
    view.list.show([]);
    view.fresh = true;
  }
  view.shown = key;
  load(view);
}

async function load(view) {
  const { session, list } = view;
  const { channel, thread, ts } = session.place;
  if (!thread) return;
  const turn = (view.turn += 1);
  let answer;
  try {
    answer = await get("messages", { as: session.as, channel, thread_ts: thread, limit: 200 });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (retryLater(error, view.reload)) return;
    toast(error.message, "problem");
    session.go({ thread: null });
    return;
  }
  if (thread !== session.place.thread || turn < view.newest) return;
  view.newest = turn;
  if (!answer.messages.length) {
    session.go({ thread: null });
    return;
  }
  const known = new Set(view.messages.map((message) => message.ts));
  const wasFresh = view.fresh;
  view.messages = answer.messages;
  list.show(view.messages);
  if (wasFresh) list.toEnd();
  else for (const message of view.messages) if (!known.has(message.ts) && message.user !== session.as) view.announce(`In the thread, ${announcementOf(session, message)}`);
  view.fresh = false;
  const row = ts && list.find(ts);
  if (row) {
    session.place.ts = null;
    list.highlight(row);
  }
}
