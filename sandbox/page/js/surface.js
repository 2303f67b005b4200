// What blocks can look up and do on one surface: a message, a modal or a Home tab.

import { RequestError } from "./api.js";
import { mrkdwn } from "./mrkdwn.js";
import { ask, toast } from "./dialogs.js";
import { groupsOf, words } from "./elements.js";
import { insideUrl } from "./references.js";

const fieldKey = (block, spec) => `${block.block_id ?? ""}/${spec.action_id ?? ""}`;

/** container: {type: "message", channel, ts} or {type: "view", view_id}. `before`: the surface this one replaces. */
export function makeSurface(session, container, { files = [], headingLevel = 4, before } = {}) {
  const fields = new Map();
  const surface = {
    headingLevel,
    fields,
    get me() { return session.me; },
    get tz() { return session.tz; },
    now: () => session.now(),
    person: (id) => session.person(id),
    channel: (id) => session.channel(id),
    usergroup: (id) => session.usergroup(id),
    people: () => session.state.people.filter((person) => !person.deleted && !person.is_bot),
    conversations: () => session.state.channels,
    asset: (url) => asset(session, url),
    file: (wanted) => files.find((file) => file.id === wanted.id || file.url_private === wanted.url),
    registerField: (block, spec, read) => fields.set(fieldKey(block, spec), { block, spec, read }),
    previousValue: (block, spec) => before?.fields.get(fieldKey(block, spec))?.read(),
    values: () => valuesOf(fields),
    ask: (confirm) => ask({
      title: words(confirm.title) || "Are you sure?", text: mrkdwn(words(confirm.text), surface),
      confirm: words(confirm.confirm) || "Yes", deny: words(confirm.deny) || "Cancel", danger: confirm.style === "danger",
    }),
    act: (spec, block, answer) => act(session, container, surface, spec, block, answer),
    options: (spec, block, value) => options(session, container, spec, block, value),
  };
  return surface;
}

function asset(session, url) {
  const path = insideUrl(url);
  if (!path) return null;
  const [file, query] = path.split("?");
  const params = new URLSearchParams(query);
  if (session.as) params.set("as", session.as);
  return `${file}?${params}`;
}

function valuesOf(fields) {
  const values = {};
  for (const { block, spec, read } of fields.values()) {
    (values[block.block_id ?? ""] ??= {})[spec.action_id ?? ""] = read().value;
  }
  return values;
}

/** Sends an action -> false if the app did not acknowledge it. */
async function act(session, container, surface, spec, block, answer) {
  const action = { type: spec.type, action_id: spec.action_id, block_id: block.block_id, ...answer };
  try {
    const result = await session.post("actions", { container, action, state_values: surface.values() });
    if (result.ok && result.acked !== false) return true;
    toast(failureText(session, result.error), "problem");
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    toast(error.message, "problem");
  }
  return false;
}

export function failureText(session, code) {
  const app = session.state.app?.name ?? "The app";
  return `${app} did not answer${code ? ` (${code})` : ""}. Nothing changed. Is it connected? The inspector shows what was sent.`;
}

async function options(session, container, spec, block, value) {
  const found = await session.post("options", { container, action_id: spec.action_id, block_id: block.block_id, value });
  return groupsOf(found);
}
