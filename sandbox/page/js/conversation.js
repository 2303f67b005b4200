// The middle of the page: the messages of a channel and its composer, or the app's Home tab.

import { coalesce, get, RequestError, retryLater } from "./api.js";
import { composer } from "./composer.js";
import { h, icon, iconButton } from "./dom.js";
import { toast } from "./dialogs.js";
import { homeView } from "./home.js";
import { announcementOf } from "./message.js";
import { runShortcut } from "./message_actions.js";
import { messageList } from "./message_list.js";
import { openMenu } from "./popover.js";

const PAGE = 100;

export function mountConversation(root, session, announce) {
  const view = { session, announce, messages: [], shown: null, limit: PAGE, turn: 0, newest: 0 };
  view.title = h("h1", { class: "place-title", tabindex: "-1" });
  view.about = h("p", { class: "place-about" });
  view.tabs = h("div", { class: "tabs", hidden: true });
  view.tools = h("div", { class: "place-tools" });
  view.earlier = h("button", { type: "button", class: "button earlier", hidden: true, onclick: () => earlier(view) }, "Show earlier messages");
  view.empty = h("div", { class: "empty", hidden: true });
  view.list = messageList(session, { label: "Messages", before: [view.earlier, view.empty] });
  view.home = homeView(session);
  view.write = composer(session, { label: "Write a message", target: () => ({ channel: session.place.channel }) });
  view.join = h("div", { class: "join", hidden: true }, h("span", {}, "You are not a member of this channel."), h("button", { type: "button", class: "button primary", onclick: () => join(view) }, "Join channel"));
  root.append(
    h("header", { class: "place-head" },
      iconButton("menu", "Show channels", () => document.body.classList.add("show-sidebar"), { class: "icon-button only-narrow", id: "show-sidebar" }),
      h("div", { class: "place-words" }, view.title, view.about), view.tabs, view.tools),
    view.list.node, view.home.node, h("div", { class: "over-composer" }, view.list.below), view.write, view.join);
  view.reload = coalesce(() => load(view));
  session.on("place", () => show(view));
  session.on("reload", () => { view.shown = null; });
  session.on("state", () => {
    head(view);
    if (!session.place.home) view.list.show(view.messages, { stay: true });
  });
  session.on("editing", () => view.list.show(view.messages));
  session.on("caught-up", () => view.reload());
  session.on("messages", (change) => change.channel === session.place.channel && view.reload());
  return { fill: (text) => view.write.fill(text), focus: () => view.write.focusBox() };
}

function show(view) {
  const { session } = view;
  const { channel, home, ts } = session.place;
  view.list.node.hidden = home || !channel;
  showComposer(view);
  view.home.node.hidden = !home;
  head(view);
  if (home) {
    if (view.shown !== "home") view.home.open();
    view.shown = "home";
    return;
  }
  if (!channel) return;
  const fresh = view.shown !== `${session.as}/${channel}`;
  view.shown = `${session.as}/${channel}`;
  if (fresh) {
    view.limit = PAGE;
    view.messages = [];
    view.list.show([]);
    view.opening = true;
  }
  if (fresh || ts) load(view);
}

/** Shows the composer, or a button to join a channel that the person is not a member of. */
function showComposer({ session, write, join: offer }) {
  const { home, channel } = session.place;
  const joinable = !home && Boolean(session.joinable(channel));
  write.hidden = home || !channel || joinable;
  offer.hidden = !joinable;
}

async function join({ session }) {
  try {
    await session.post("membership", { channel: session.place.channel, user: session.as, join: true });
    await session.refresh();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    toast(error.message, "problem");
  }
}

function head(view) {
  const { session } = view;
  showComposer(view);
  const channel = session.channel(session.place.channel);
  const withBot = session.place.home || (channel && channel.peer === session.state.app?.bot_user_id);
  const app = session.state.app?.name ?? "App";
  view.title.replaceChildren(...(withBot ? [icon("app"), app] : channel ? [channel.is_im ? "" : icon(channel.is_private ? "lock" : "hash"), session.channelName(channel)] : ["No channels"]));
  view.about.textContent = withBot ? "App" : aboutWords(session, channel);
  document.title = `${withBot ? app : channel ? session.channelName(channel) : "Sandbox"} · ${session.state.team?.name ?? "Sandbox"}`;
  view.tabs.hidden = !withBot;
  if (withBot) tabs(view);
  if (channel) view.write.setPlace(`Message ${channel.is_im ? session.channelName(channel) : `#${channel.name}`}`);
  const globals = (session.state.shortcuts ?? []).filter((shortcut) => shortcut.type === "global" || shortcut.type === "shortcut");
  if (view.globals === globals.length) return;
  view.globals = globals.length;
  view.tools.replaceChildren(globals.length ? h("button", { type: "button", class: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => openMenu(event.currentTarget, "Shortcuts", globals.map((shortcut) => ({ label: shortcut.name, hint: app, onselect: () => runShortcut(session, shortcut.callback_id) }))) }, icon("bolt"), "Shortcuts") : "");
}

function aboutWords(session, channel) {
  if (!channel) return session.me ? `${session.me.real_name} is in no channel.` : "";
  if (channel.is_im) {
    const peer = session.person(channel.peer);
    return [peer?.title, peer?.team_name].filter(Boolean).join(", ");
  }
  const partners = session.partners(channel);
  const people = `${channel.members.length} members`;
  return [partners.length ? `Shared with ${partners.join(" and ")}` : null, people, channel.topic].filter(Boolean).join(" · ");
}

function tabs(view) {
  const { session } = view;
  const tab = (label, current, go) => h("button", { type: "button", class: "tab", "aria-pressed": String(current), onclick: go }, label);
  const writeTo = session.botChannel?.id ?? session.state.app?.bot_user_id;
  view.tabs.replaceChildren(
    tab("Home", session.place.home, () => session.go({ home: true })),
    tab("Messages", !session.place.home, () => {
      session.post("home", { tab: "messages" }).catch(() => {});
      session.go({ channel: writeTo });
    }));
}

async function load(view) {
  const { session } = view;
  const { channel } = session.place;
  if (!channel || session.place.home) return;
  const turn = (view.turn += 1);
  let answer = { messages: [], has_more: false };
  try {
    if (!session.channel(channel)?.isNew) answer = await get("messages", { as: session.as, channel, limit: view.limit });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (retryLater(error, view.reload)) return;
    if (session.channel(channel)) toast(error.message, "problem");
  }
  if (channel !== session.place.channel || turn < view.newest) return;
  view.newest = turn;
  const before = view.messages;
  view.messages = answer.messages;
  view.earlier.hidden = !answer.has_more;
  view.empty.hidden = answer.messages.length > 0;
  view.empty.textContent = "No messages yet. Write the first one below.";
  view.list.show(view.messages, { stay: view.keepPlace });
  view.keepPlace = false;
  if (view.opening) view.list.toEnd();
  else announceNew(view, before);
  view.opening = false;
  goTo(view);
  const unread = session.channel(channel)?.unread;
  if (unread) session.refresh();
}

function goTo(view) {
  const { ts, thread } = view.session.place;
  const row = ts && view.list.find(ts !== thread && thread && !view.list.find(ts) ? thread : ts);
  if (!row) return;
  view.list.highlight(row);
  if (!thread) view.session.place.ts = null;
}

function announceNew(view, before) {
  const known = new Set(before.map((message) => message.ts));
  const fresh = view.messages.filter((message) => !known.has(message.ts) && message.user !== view.session.as && (!before.length || Number(message.ts) > Number(before.at(-1).ts)));
  for (const message of fresh) view.announce(announcementOf(view.session, message));
}

function earlier(view) {
  view.limit += PAGE;
  view.keepPlace = true;
  load(view);
}
