// The right side: one of thread, guide or inspector, with tabs between them.

import { h, iconButton } from "./dom.js";

const TITLES = { thread: "Thread", guide: "Guide", inspector: "Inspector" };

/** panes: {thread, guide, inspector}, each {node, open(), close?(), about?()}. */
export function mountSidePanel(root, session, panes) {
  const title = h("h2", { class: "pane-title", id: "panel-title", tabindex: "-1" });
  const about = h("span", { class: "hint" });
  const close = iconButton("close", "Close the panel", () => shut(session), { id: "close-panel" });
  root.setAttribute("aria-labelledby", "panel-title");
  root.append(h("header", { class: "pane-head" }, h("div", { class: "pane-words" }, title, about), close), ...Object.values(panes).map((pane) => pane.node));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    shut(session);
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
    if (place && place !== shown && shown !== undefined) enter(name, panes, title);
    shown = place;
  });
}

function enter(name, panes, title) {
  if (name === "thread") panes.thread.write.focusBox();
  else if (!document.querySelector("dialog[open]")) title.focus({ preventScroll: true });
}

/** Closes the panel and gives the focus back to where it was opened from. */
function shut(session) {
  const { panel } = session;
  const { thread } = session.place;
  session.go(panel === "thread" ? { thread: null, panel: null } : { panel: null });
  const row = thread && document.querySelector(`main li[data-ts="${CSS.escape(thread)}"]`);
  const from = panel === "thread" ? row : document.querySelector(`[data-panel="${panel}"]`);
  from?.focus({ preventScroll: true });
}
