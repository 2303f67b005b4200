// The app's home tab: what the app published for this person.

import { get, Refused } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { makeSurface } from "./surface.js";

/** -> {node, open()}: open tells the app that the tab was opened, as Slack does. */
export function homeView(session) {
  const body = h("div", { class: "home-body" });
  const node = h("div", { class: "scroller home", tabindex: "-1", hidden: true }, body);
  const view = { session, body, surface: null, drawn: null };
  session.on("home", (home) => draw(view, home));
  session.on("reload", () => {
    view.drawn = null;
    if (session.place.home) open(view);
  });
  return { node, open: () => open(view) };
}

async function open(view) {
  const { session } = view;
  try {
    const { home } = await get("views", { as: session.as });
    draw(view, home);
    await session.post("home", {});
    const later = await get("views", { as: session.as });
    draw(view, later.home);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    view.body.replaceChildren(h("p", { class: "empty" }, error.message));
  }
}

function draw(view, home) {
  const { session, body } = view;
  const key = JSON.stringify([session.as, home?.id, home?.hash, home?.blocks]);
  if (key === view.drawn) return;
  view.drawn = key;
  if (!home) {
    body.replaceChildren(h("p", { class: "empty" }, `${session.state.app?.name ?? "The app"} has published nothing here for ${session.me?.real_name ?? "this person"} yet.`));
    view.surface = null;
    return;
  }
  const focus = body.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  view.surface = makeSurface(session, { type: "view", view_id: home.id }, { headingLevel: 2, before: view.surface ?? undefined });
  body.replaceChildren(...drawBlocks(home.blocks, view.surface));
  if (focus) [...body.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus)?.focus();
}
