// Between what a person types ("@Ana Lindqvist") and what Slack keeps ("<@U0ANA>").

const names = (session) => session.state.people
  .filter((person) => !person.deleted)
  .map((person) => [`@${person.real_name || person.name}`, person.id])
  .sort(([a], [b]) => b.length - a.length);

/** Typed text -> what the sandbox is sent; it escapes everything but the mentions, as Slack's client does. */
export function wireText(text, session) {
  let wire = text;
  for (const [name, id] of names(session)) {
    const safe = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    wire = wire.replace(new RegExp(`${safe}(?![\\p{L}\\p{N}])`, "gu"), `<@${id}>`);
  }
  return wire;
}

/** Slack's text -> what stands in the box to be edited. */
export function shownText(text, session) {
  return String(text ?? "")
    .replace(/<@([UW]\w+)(?:\|[^>]*)?>/g, (whole, id) => `@${session.person(id)?.real_name ?? id}`)
    .replace(/<#(C\w+)(?:\|([^>]*))?>/g, (whole, id, label) => `#${session.channel(id)?.name ?? label ?? id}`)
    .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (whole, id) => `@${session.usergroup(id)?.handle ?? id}`)
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/<((?:https?|mailto)[^|>]*)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
