// The inspector: what the sandbox and the app exchange, newest first, with the JSON of each exchange.

import { coalesce, get, RequestError } from "./api.js";
import { arrowKeys, h, patchList } from "./dom.js";
import { copy } from "./message_actions.js";
import { clockSeconds } from "./times.js";

const MOST = 300;

export function inspectorPane(session) {
  const filter = h("input", { type: "search", class: "text-input", "aria-label": "Filter the traffic", placeholder: "Filter by name or status", autocomplete: "off" });
  const pause = h("button", { type: "button", class: "button small", "aria-pressed": "false" }, "Pause");
  const clear = h("button", { type: "button", class: "button small" }, "Clear");
  const list = h("ol", { class: "traffic", "aria-label": "Traffic, newest first" });
  const empty = h("p", { class: "empty" });
  const node = h("div", { class: "pane-body pane-scroll" }, h("div", { class: "traffic-tools" }, filter, pause, clear), list, empty);
  const view = { session, filter, list, empty, entries: new Map(), from: 0, paused: false, open: false };
  const draw = () => show(view);
  filter.addEventListener("input", draw);
  pause.addEventListener("click", () => {
    view.paused = !view.paused;
    pause.setAttribute("aria-pressed", String(view.paused));
    if (!view.paused) draw();
  });
  clear.addEventListener("click", () => {
    view.from = Math.max(0, ...view.entries.keys());
    view.entries.clear();
    draw();
  });
  arrowKeys(list, "summary");
  const soon = coalesce(async () => draw());
  session.on("traffic", (entry) => {
    if (!entry) return;
    view.entries.set(entry.n, entry);
    if (view.entries.size > MOST) view.entries.delete(Math.min(...view.entries.keys()));
    if (view.open && !view.paused) soon();
  });
  session.on("reload", () => view.open && load(view));
  return { node, open: () => load(view), close: () => { view.open = false; } };
}

async function load(view) {
  view.open = true;
  try {
    const { entries } = await get("traffic", { since: view.from, limit: MOST });
    for (const entry of entries) view.entries.set(entry.n, entry);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    view.empty.textContent = error.message;
  }
  show(view);
}

function show(view) {
  const query = view.filter.value.trim().toLowerCase();
  const fits = (entry) => entry.n > view.from && (!query || `${entry.kind} ${entry.name} ${entry.status}`.toLowerCase().includes(query));
  const entries = [...view.entries.values()].filter(fits).sort((a, b) => b.n - a.n);
  view.empty.textContent = entries.length ? "" : query ? "Nothing matches this filter." : "Nothing yet. What the app sends and receives appears here.";
  patchList(view.list, entries, { key: (entry) => entry.n, signature: (entry) => JSON.stringify([entry, view.session.tz]), render: (entry) => row(entry, view.session) });
}

const ok = (entry) => ["acked", "connected", "opened"].includes(entry.status) || (Number(entry.status) >= 200 && Number(entry.status) < 300 && entry.response?.ok !== false);

function row(entry, session) {
  const out = entry.direction === "from_bot";
  const good = ok(entry);
  const failed = entry.response?.ok === false ? entry.response.error : null;
  const summary = h("summary", { data: { focus: "summary" } },
    h("span", { class: `way ${out ? "way-from" : "way-to"}` }, h("span", { "aria-hidden": "true" }, out ? "↑" : "↓"), h("span", { class: "unseen" }, out ? "from the app" : "to the app")),
    h("span", { class: "traffic-name" }, entry.name, h("span", { class: "traffic-kind" }, String(entry.kind).replaceAll("_", " "))),
    h("span", { class: `traffic-status ${good ? "" : "is-bad"}` }, failed ?? String(entry.status ?? "…").replaceAll("_", " ")),
    h("span", { class: "traffic-ms" }, Number.isFinite(entry.ms) ? `${Math.round(entry.ms)} ms` : ""),
    h("span", { class: "traffic-at" }, clockSeconds(entry.at, session.tz)));
  const details = h("details", { class: "exchange" }, summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(json(out ? "The app sent" : "The sandbox sent", entry.request), json(out ? "The sandbox answered" : "The app answered", entry.response));
  });
  return h("li", {}, details);
}

function json(title, value) {
  if (value === null || value === undefined || value === "") return h("p", { class: "hint" }, `${title}: nothing.`);
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h("div", { class: "json" }, h("div", { class: "json-head" }, h("span", {}, title), h("button", { type: "button", class: "text-button", "aria-label": `Copy: ${title}`, onclick: () => copy(text) }, "Copy")), h("pre", { tabindex: "0", "aria-label": title }, text));
}
