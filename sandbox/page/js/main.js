// Starts the page: creates the session and all panes, and chooses the first person.

import { followAddress, placeOf, readAddress } from "./address.js";
import { RequestError } from "./api.js";
import { mountConversation } from "./conversation.js";
import { h } from "./dom.js";
import { mountGuide } from "./guide.js";
import { inspectorPane } from "./inspector.js";
import { mountModals } from "./modals.js";
import { Session } from "./session.js";
import { mountSidebar } from "./sidebar.js";
import { mountSidePanel } from "./side_panel.js";
import { threadPane } from "./thread.js";
import { mountTopbar, setTheme } from "./topbar.js";

const find = (id) => document.getElementById(id);

/** Announces a sentence to screen readers, without moving the focus. */
function announce(text) {
  find("announcer").replaceChildren(h("p", {}, text));
}

function followLinks(session) {
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a[data-place]");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const place = placeOf(anchor.dataset.place);
    if (!place) return;
    event.preventDefault();
    session.go(place);
  });
}

/** The person to start as: of the address, of the last visit, or of the first guide step, if they see the channel. */
function firstPerson(session, wanted, channel) {
  const members = session.state.channels.find((one) => one.id === channel)?.members;
  const people = session.state.people.filter((person) => !person.is_bot && !person.deleted && (!members || members.includes(person.id) || person.id === wanted));
  const chosen = people.find((person) => person.id === wanted) ?? people.find((person) => person.id === localStorage.getItem("sandbox-as"));
  return (chosen ?? people.find((person) => person.id === session.state.guide?.[0]?.as) ?? people[0])?.id ?? null;
}

async function start() {
  setTheme(localStorage.getItem("sandbox-theme"));
  const session = new Session();
  mountTopbar(find("topbar"), session);
  mountSidebar(find("sidebar"), session);
  const conversation = mountConversation(find("conversation"), session, announce);
  const thread = threadPane(session, announce);
  mountSidePanel(find("panel"), session, { thread, inspector: inspectorPane(session) });
  mountGuide(find("guide"), session, { channel: conversation, thread: thread.write });
  mountModals(session);
  followAddress(session);
  followLinks(session);
  session.on("reload", () => session.as && localStorage.setItem("sandbox-as", session.as));

  const asked = readAddress();
  await session.load();
  session.panel = asked.thread ? "thread" : asked.panel;
  session.guideOpen = asked.guide ?? (session.state.guide.length > 0 && sessionStorage.getItem("sandbox-guide-closed") === null);
  const { channel, ts, home } = asked;
  await session.actAs(firstPerson(session, asked.as, channel), { channel, thread: asked.thread, ts, home });
  session.emit("guide");
  document.body.dataset.ready = "yes";
}

start().catch((error) => {
  find("conversation").replaceChildren(h("div", { class: "empty", role: "alert" },
    h("h1", {}, "The page could not start"), h("p", {}, error instanceof RequestError ? error.message : String(error)), h("button", { type: "button", class: "button primary", onclick: () => location.reload() }, "Try again")));
  if (!(error instanceof RequestError)) throw error;
});
