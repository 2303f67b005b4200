// The sidebar: workspace, app, shared channels, channels and direct messages, with counts of unread messages.

import { avatar } from "./avatar.js";
import { openMenu } from "./popover.js";
import { arrowKeys, h, icon, iconButton, patchList } from "./dom.js";

export function mountSidebar(root, session) {
  const name = h("p", { class: "workspace" });
  const list = h("div", { class: "channel-lists" });
  root.append(h("div", { class: "sidebar-head" }, name, iconButton("close", "Hide channels", hide, { class: "icon-button only-narrow" })), list);
  arrowKeys(list, ".channel");
  const draw = () => {
    name.replaceChildren(h("span", { class: "workspace-name" }, session.me?.team_name ?? session.state.team?.name ?? ""), h("span", { class: "workspace-kind" }, "pretend Slack"));
    patchList(list, sections(session), { key: (part) => part.name, signature: (part) => JSON.stringify([part, session.place.channel, session.place.home, session.as]), render: (part) => section(part, session) });
  };
  session.on("state place", draw);
}

export function hide() {
  document.body.classList.remove("show-sidebar");
}

function sections(session) {
  const { channels } = session.state;
  const botIm = session.botChannel;
  const shown = channels.filter((channel) => !channel.is_archived);
  const row = (channel) => ({ id: channel.id, label: session.channelName(channel), unread: channel.unread, is_private: channel.is_private, partners: channel.is_ext_shared ? session.partners(channel) : [], peer: channel.is_im ? channel.peer : null });
  const byName = (a, b) => a.label.localeCompare(b.label);
  return [
    { name: "Apps", rows: [{ id: "home", label: session.state.app?.name ?? "App", unread: botIm?.unread ?? 0, home: true }] },
    { name: "Shared channels", rows: shown.filter((channel) => channel.is_ext_shared && !channel.is_im).map(row).sort(byName) },
    { name: "Channels", rows: shown.filter((channel) => !channel.is_ext_shared && !channel.is_im && !channel.is_mpim).map(row).sort(byName) },
    { name: "Direct messages", rows: shown.filter((channel) => (channel.is_im && channel.id !== botIm?.id) || channel.is_mpim).map(row).sort(byName) },
  ].filter((part) => part.rows.length || part.name === "Direct messages");
}

function section(part, session) {
  const id = `section-${part.name.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { class: "channel-section", "aria-labelledby": id }, h("div", { class: "section-head" }, h("h2", { id, class: "section-title" }, part.name), part.name === "Direct messages" ? newMessage(session) : null), h("ul", {}, part.rows.map((row) => h("li", {}, entry(row, session)))));
}

function newMessage(session) {
  const choose = (event) => openMenu(event.currentTarget, "Write to", session.state.people.filter((person) => person.id !== session.as && !person.is_bot && !person.deleted).map((person) => ({
    label: person.real_name, hint: [person.title, person.team_name].filter(Boolean).join(", "), lead: avatar({ name: person.real_name, color: person.color }, "avatar-medium"),
    onselect: () => {
      hide();
      session.go({ channel: person.id });
    },
  })));
  return iconButton("edit", "Write to somebody", choose, { "aria-haspopup": "menu", "aria-expanded": "false", data: { focus: "new-message" } });
}

function entry(row, session) {
  const bot = session.botChannel;
  const current = row.home ? session.place.home || (bot && session.place.channel === bot.id) : session.place.channel === row.id && !session.place.home;
  const unread = row.unread && !current ? h("span", { class: "unread" }, row.unread, h("span", { class: "unseen" }, " unread")) : null;
  const mark = row.home ? avatar({ name: row.label, color: session.bot?.color, isApp: true }, "avatar-small") : row.peer ? avatar(session.author({ user: row.peer }), "avatar-small") : icon(row.is_private ? "lock" : "hash");
  const go = () => {
    hide();
    if (row.home && row.unread) session.go({ channel: bot.id });
    else if (row.home) session.go({ home: true });
    else session.go({ channel: row.id });
  };
  return h("button", { type: "button", class: `channel${unread ? " has-unread" : ""}`, "aria-current": current ? "page" : undefined, data: { focus: row.id }, onclick: go },
    mark, h("span", { class: "channel-words" }, h("span", { class: "channel-name" }, row.label), row.partners?.length ? h("span", { class: "partner" }, h("span", { class: "unseen" }, "shared with "), row.partners.join(", ")) : null), unread);
}
