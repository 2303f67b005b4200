// The panel on the right: a thread or the inspector.

import { h, iconButton } from "./dom.js";

const TITLES = { thread: "Thread", inspector: "Inspector" };

/** panes: {thread, inspector}, each {node, open(), close?(), about?()}. */
export function mountSidePanel(root, session, panes) {
  const title = h("h2", { class: "pane-title", id: "panel-title", tabindex: "-1" });
  const about = h("span", { class: "hint" });
  const close = iconButton("close", "Close the panel", () => closePanel(session), { id: "close-panel" });
  root.setAttribute("aria-labelledby", "panel-title");
  root.append(h("header", { class: "pane-head" }, h("div", { class: "pane-words" }, title, about), close), ...Object.values(panes).map((pane) => pane.node));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    closePanel(session);
  });
  let shown;
  session.on("place", () => {
    const name = panes[session.panel] ? session.panel : null;
    root.hidden = !name;
    document.body.classList.toggle("has-panel", Boolean(name));
    for (const [key, pane] of Object.entries(panes)) {
      pane.node.hidden = key !== name;
      if (key !== name) pane.close?.();
    }
    if (name) {
      title.textContent = TITLES[name];
      about.textContent = panes[name].about?.() ?? "";
      panes[name].open();
    }
    const place = name === "thread" ? `thread/${session.place.thread}` : name;
    if (place && place !== shown && shown !== undefined) focusPane(name, panes, title);
    shown = place;
  });
}

function focusPane(name, panes, title) {
  if (name === "thread") panes.thread.write.focusBox();
  else if (!document.querySelector("dialog[open]")) title.focus({ preventScroll: true });
}

/** Closes the panel and returns the focus to where it was opened from. */
function closePanel(session) {
  const { panel } = session;
  const { thread } = session.place;
  session.go(panel === "thread" ? { thread: null, panel: null } : { panel: null });
  const row = thread && document.querySelector(`main li[data-ts="${CSS.escape(thread)}"]`);
  const from = panel === "thread" ? row : document.getElementById(`${panel}-button`);
  from?.focus({ preventScroll: true });
}
