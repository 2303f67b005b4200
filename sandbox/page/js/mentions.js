// Converts between what a person types ("@Ana Lindqvist", "👍") and what Slack stores ("<@U0ANA>", ":+1:").

import { emojiCharacter, namesOfEmoji } from "./emoji.js";

const names = (session) => session.state.people
  .filter((person) => !person.deleted)
  .map((person) => [`@${person.real_name || person.name}`, person.id])
  .sort(([a], [b]) => b.length - a.length);

/** Typed text -> the text for the control API, with mentions and emoji names. */
export function wireText(text, session) {
  let wire = namesOfEmoji(text);
  for (const [name, id] of names(session)) {
    const safe = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    wire = wire.replace(new RegExp(`${safe}(?![\\p{L}\\p{N}])`, "gu"), `<@${id}>`);
  }
  return wire;
}

/** Slack's text -> the text for an edit box. */
export function shownText(text, session) {
  return String(text ?? "")
    .replace(/<@([UW]\w+)(?:\|[^>]*)?>/g, (whole, id) => `@${session.person(id)?.real_name ?? id}`)
    .replace(/<#(C\w+)(?:\|([^>]*))?>/g, (whole, id, label) => `#${session.channel(id)?.name ?? label ?? id}`)
    .replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (whole, id) => `@${session.usergroup(id)?.handle ?? id}`)
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g, (whole, name) => emojiCharacter(name) ?? whole)
    .replace(/<((?:https?|mailto)[^|>]*)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
