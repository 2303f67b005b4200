// The app's Home tab, as the app published it for this person.

import { get, RequestError } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { makeSurface } from "./surface.js";

/** -> {node, open()}. `open` sends app_home_opened to the app, as Slack does. */
export function homeView(session) {
  const body = h("div", { class: "home-body" });
  const node = h("div", { class: "scroller home", tabindex: "-1", hidden: true }, body);
  const view = { session, body, surface: null, drawn: null, updates: 0 };
  session.on("home", (home) => {
    view.updates += 1;
    draw(view, home);
  });
  session.on("reload", () => { view.drawn = null; });
  session.on("caught-up", () => session.place.home && read(view));
  return { node, open: () => open(view) };
}

async function open(view) {
  try {
    await read(view);
    await view.session.post("home", {});
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    view.body.replaceChildren(h("p", { class: "empty" }, error.message));
  }
}

/** Loads the tab, unless a newer one arrives meanwhile. */
async function read(view) {
  const { updates } = view;
  const { home } = await get("views", { as: view.session.as });
  if (updates === view.updates) draw(view, home);
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
