// One message as a row: author, time, text, files, reactions, replies and actions.

import { permalink } from "./address.js";
import { avatar } from "./avatar.js";
import { drawBlocks, fileCard } from "./blocks.js";
import { append, h, icon, iconButton } from "./dom.js";
import { mrkdwn, plainWords } from "./mrkdwn.js";
import { emoji, link } from "./references.js";
import { emojiWords } from "./emoji.js";
import { makeSurface } from "./surface.js";
import { clockTime, fullMoment, ago } from "./times.js";
import { addReaction, editBox, moreActions, pickReaction, remove } from "./message_actions.js";

const SYSTEM_SUBTYPES = new Set(["channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "group_join", "group_leave", "bot_add", "bot_remove", "pinned_item", "channel_archive", "channel_unarchive", "channel_convert_to_private"]);

/** -> <li>. `inThread`: without a count of replies. `compact`: without the author, who is shown above. */
export function messageRow(session, message, { inThread = false, compact = false } = {}) {
  const author = session.author(message);
  const seconds = Number(message.ts);
  const isSystem = SYSTEM_SUBTYPES.has(message.subtype);
  const small = compact && !message.is_ephemeral && !isSystem;
  const row = h("li", {
    class: ["message", small && "compact", message.is_ephemeral && "ephemeral", isSystem && "system"].filter(Boolean).join(" "),
    tabindex: "-1", "aria-label": `${author.name}${author.company ? `, ${author.company}` : ""}, ${clockTime(seconds, session.tz)}`,
    data: { ts: message.ts, focus: "row" },
  });
  row.message = message;
  append(row, [
    h("div", { class: "message-side" }, small ? h("span", { class: "side-time", "aria-hidden": "true" }, clockTime(seconds, session.tz)) : avatar(author)),
    h("div", { class: "message-main" },
      message.is_ephemeral ? h("p", { class: "note" }, icon("eye"), "Only visible to you") : null,
      message.pinned ? h("p", { class: "note" }, "Pinned") : null,
      message.subtype === "thread_broadcast" || message.in_thread_broadcast ? broadcastNote(session, message, inThread) : null,
      heading(session, message, author, small),
      session.editing === message.ts ? editBox(session, message) : body(session, message),
      reactions(session, message),
      inThread ? null : replies(session, message)),
    isSystem ? null : toolbar(session, message, row, inThread),
  ]);
  return row;
}

function heading(session, message, author, small) {
  const seconds = Number(message.ts);
  const time = h("a", { class: "time", href: permalink(message), data: { place: permalink(message).replace(location.origin, "") }, title: fullMoment(seconds, session.tz) }, clockTime(seconds, session.tz));
  return h("div", { class: small ? "message-head unseen" : "message-head" },
    h("span", { class: "author" }, author.name),
    author.isApp ? h("span", { class: "tag" }, "App") : null,
    author.company ? h("span", { class: "tag tag-outside" }, author.company) : null,
    author.deactivated ? h("span", { class: "tag" }, "Deactivated") : null,
    time);
}

function body(session, message) {
  const surface = makeSurface(session, { type: "message", channel: message.channel, ts: message.ts }, { files: message.files });
  const parts = message.blocks?.length ? drawBlocks(message.blocks, surface) : [mrkdwn(message.text, surface)];
  const edited = message.edited ? h("span", { class: "edited" }, "(edited)") : null;
  const attachments = (message.attachments ?? []).map((item) => attachment(item, surface));
  const files = (message.files ?? []).map((file) => fileCard(file, surface));
  const content = h("div", { class: "message-body" }, parts);
  const last = content.lastElementChild;
  if (edited) (last?.matches("p.line") ? last : content).append(" ", edited);
  return [content, attachments, files.length ? h("div", { class: "files" }, files) : null];
}

function attachment(item, surface) {
  if (item.is_share || item.is_msg_unfurl) return forwarded(item, surface);
  const color = /^#?[0-9a-f]{6}$/i.test(item.color ?? "") ? `#${item.color.replace("#", "")}` : undefined;
  return h("div", { class: "attachment", vars: color ? { "--edge": color } : {} },
    item.pretext ? mrkdwn(item.pretext, surface) : null,
    item.title ? h("p", { class: "line" }, h("strong", {}, item.title)) : null,
    item.blocks?.length ? drawBlocks(item.blocks, surface) : mrkdwn(item.text ?? "", surface),
    (item.fields ?? []).map((field) => h("div", { class: "field" }, h("strong", {}, field.title), " ", mrkdwn(field.value ?? "", surface))),
    item.footer ? h("p", { class: "hint" }, item.footer) : null);
}

/** A forwarded message: its author, its words, and where it was posted. */
function forwarded(item, surface) {
  const author = surface.person(item.author_id);
  const blocks = (item.message_blocks ?? []).flatMap((one) => one.message?.blocks ?? []);
  const name = item.author_name || author?.real_name || "Somebody";
  return h("div", { class: "attachment forwarded", role: "group", "aria-label": `Forwarded message from ${name}` },
    h("p", { class: "forwarded-author" }, avatar({ name, color: author?.color, isApp: author?.is_bot }, "avatar-small"), h("strong", {}, name)),
    blocks.length ? drawBlocks(blocks, surface) : mrkdwn(item.text ?? "", surface),
    item.files?.length ? h("div", { class: "files" }, item.files.map((file) => fileCard(file, surface))) : null,
    h("p", { class: "hint" }, item.footer ? `${item.footer} · ` : "", link(item.from_url, "View message")));
}

function broadcastNote(session, message, inThread) {
  if (inThread) return h("p", { class: "note" }, "Also sent to the channel");
  return h("p", { class: "note" }, h("button", { type: "button", class: "text-button", onclick: () => session.go({ thread: message.thread_ts }) }, "Replied to a thread"));
}

function reactions(session, message) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((reaction) => {
    const mine = reaction.users.includes(session.as);
    const names = reaction.users.map((id) => (id === session.as ? "you" : session.person(id)?.real_name ?? id)).join(", ");
    const about = `${emojiWords(reaction.name)}: ${names}`;
    return h("button", { type: "button", class: "chip", "aria-pressed": String(mine), "aria-label": `${about}, ${reaction.count}`, title: about,
      data: { focus: `reaction/${reaction.name}` }, onclick: () => addReaction(session, message, reaction.name, mine) },
      emoji(reaction.name), h("span", { class: "count" }, reaction.count));
  });
  const more = h("button", { type: "button", class: "chip chip-more", "aria-label": "Add a reaction", title: "Add a reaction", "aria-haspopup": "dialog", "aria-expanded": "false", data: { focus: "reaction-add" }, onclick: (event) => pickReaction(session, message, event.currentTarget) }, icon("smile"));
  return h("div", { class: "chips", role: "group", "aria-label": "Reactions" }, chips, more);
}

function replies(session, message) {
  if (!message.reply_count) return null;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(session.author({ user: id }), "avatar-small"));
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const last = message.latest_reply ? h("span", { class: "last-reply" }, `latest ${ago(Number(message.latest_reply), session.now())}`) : null;
  return h("button", { type: "button", class: "replies", data: { focus: "replies" }, onclick: () => session.go({ thread: message.ts }) }, h("span", { class: "faces" }, faces), h("span", { class: "reply-count" }, count), last);
}

function toolbar(session, message, row, inThread) {
  const own = message.user === session.as && !message.subtype?.startsWith("channel_");
  const root = message.thread_ts ?? message.ts;
  const spot = (name) => ({ tabindex: "-1", data: { focus: `tool/${name}` } });
  if (message.is_ephemeral) return null;
  return h("div", { class: "toolbar", role: "group", "aria-label": "Message actions" },
    iconButton("smile", "Add a reaction", (event) => pickReaction(session, message, event.currentTarget), { ...spot("react"), "aria-haspopup": "dialog", "aria-expanded": "false" }),
    inThread ? null : iconButton("thread", "Reply in thread", () => session.go({ thread: root }), spot("reply")),
    own ? iconButton("edit", "Edit message", () => startEdit(session, message), spot("edit")) : null,
    own ? iconButton("trash", "Delete message", () => remove(session, message, row), spot("delete")) : null,
    iconButton("more", "More actions", (event) => moreActions(session, message, event.currentTarget), { ...spot("more"), "aria-haspopup": "menu", "aria-expanded": "false" }));
}

export function startEdit(session, message) {
  session.editing = message.ts;
  session.emit("editing");
}

/** "Ana Lindqvist: Good morning", for screen readers. */
export function announcementOf(session, message) {
  const surface = makeSurface(session, { type: "message", channel: message.channel, ts: message.ts });
  const share = message.attachments?.find((item) => item.is_share);
  const text = message.text ? plainWords(message.text, surface) : share ? `forwarded: ${plainWords(share.text ?? "", surface)}` : "a message";
  return `${session.author(message).name}: ${text.slice(0, 200)}`;
}
