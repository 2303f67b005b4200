// The references inside text as nodes: people, channels, groups, dates, links, emoji.
//
// `context` finds what they refer to: {person(id), channel(id), usergroup(id), me, tz, now()}.

import { h } from "./dom.js";
import { emojiCharacter, emojiWords } from "./emoji.js";
import { fullMoment, slackDate } from "./times.js";

const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

export function link(url, children) {
  const safe = safeUrl(url);
  if (!safe) return h("span", {}, children);
  const inside = insideUrl(safe);
  const props = inside ? { href: inside, data: { place: inside } } : { href: safe, target: "_blank", rel: "noopener noreferrer" };
  return h("a", { class: "link", ...props }, children);
}

/** The URL if its scheme is safe (http, https, mailto, tel), else null. */
export function safeUrl(url) {
  const text = String(url ?? "").trim();
  return SAFE_LINK.test(text) ? text : null;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The path ("/archives/...", "/files/...") if the URL is of this sandbox under any of its loopback names, else null. */
export function insideUrl(url) {
  let parsed;
  try {
    parsed = new URL(url, location.href);
  } catch {
    return null;
  }
  const sameHost = parsed.host === location.host;
  const alias = LOOPBACK.has(parsed.hostname) && LOOPBACK.has(location.hostname) && parsed.port === location.port;
  return sameHost || alias ? parsed.pathname + parsed.search : null;
}

export function userMention(id, context, fallback) {
  const person = context.person(id);
  const name = person ? person.real_name || person.name : fallback || id;
  const own = person && person.id === context.me?.id;
  return h("span", { class: own ? "mention mention-me" : person?.deleted ? "mention mention-closed" : "mention" }, `@${name}`, person?.deleted ? " (deactivated)" : "");
}

export function channelMention(id, context, fallback) {
  const channel = context.channel(id);
  const name = channel?.name ?? fallback;
  if (!name) return h("span", { class: "mention mention-closed" }, "#a channel you are not in");
  if (!channel) return h("span", { class: "mention mention-closed" }, `#${name}`);
  return h("a", { class: "mention", href: `/?channel=${encodeURIComponent(id)}`, data: { place: `/?channel=${id}` } }, `#${name}`);
}

export function groupMention(id, context, fallback) {
  const group = context.usergroup(id);
  return h("span", { class: "mention" }, `@${group?.handle ?? fallback?.replace(/^@/, "") ?? id}`);
}

export function broadcast(range) {
  return h("span", { class: "mention mention-all" }, `@${range}`);
}

export function emoji(name, unicode) {
  const character = emojiCharacter(name) ?? fromCodePoints(unicode);
  if (!character) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": emojiWords(name), title: `:${name}:` }, character);
}

function fromCodePoints(unicode) {
  const points = String(unicode ?? "").split("-").map((part) => Number.parseInt(part, 16));
  return points.length && points.every((point) => point > 0 && point < 0x110000) ? String.fromCodePoint(...points) : null;
}

/** A date in the reader's time zone; the fallback if it is not a valid date. `first`: it begins a line. */
export function moment({ timestamp, format, url, fallback }, context, first = false) {
  const seconds = Number(timestamp);
  if (!Number.isFinite(seconds)) return document.createTextNode(fallback ?? "");
  const iso = new Date(seconds * 1000).toISOString();
  const text = slackDate(seconds, format || "{date_short} at {time}", context.now(), context.tz);
  const words = first ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  const time = h("time", { datetime: iso, title: `${fullMoment(seconds, context.tz)} (${context.tz})` }, words);
  return url ? link(url, time) : time;
}

/** Plain text in which only emoji names are replaced. */
export function plainText(text) {
  const parts = String(text ?? "").split(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/);
  const out = [];
  for (let at = 0; at < parts.length; at += 1) {
    if (at % 2 === 0) out.push(parts[at]);
    else if (emojiCharacter(parts[at])) out.push(emoji(parts[at]));
    else if (at + 1 < parts.length) {
      out.push(`:${parts[at]}`);
      parts[at + 1] = `:${parts[at + 1]}`;
    }
  }
  return out.filter((part) => part !== "");
}
