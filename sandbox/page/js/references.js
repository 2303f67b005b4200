// The small things that stand inside text: people, channels, groups, dates, links, emoji. Data in, nodes out.
//
// `world` is what they are looked up in: {person(id), channel(id), usergroup(id), me, tz, now()}.

import { h } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { fullMoment, slackDate } from "./times.js";

const SAFE_LINK = /^(https?:|mailto:|tel:)/i;

export function link(url, children) {
  const safe = safeUrl(url);
  if (!safe) return h("span", {}, children);
  const inside = insideUrl(safe);
  const props = inside ? { href: inside, data: { place: inside } } : { href: safe, target: "_blank", rel: "noopener noreferrer" };
  return h("a", { class: "link", ...props }, children);
}

/** The address if it may be followed, else null: no script, no data, no file. */
export function safeUrl(url) {
  const text = String(url ?? "").trim();
  return SAFE_LINK.test(text) ? text : null;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** "/archives/..." or "/files/..." when the address is this sandbox under any of its loopback names, else null. */
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

export function userMention(id, world, fallback) {
  const person = world.person(id);
  const name = person ? person.real_name || person.name : fallback || id;
  return h("span", { class: person && person.id === world.me?.id ? "mention mention-me" : "mention" }, `@${name}`);
}

export function channelMention(id, world, fallback) {
  const channel = world.channel(id);
  const name = channel?.name ?? fallback;
  if (!name) return h("span", { class: "mention mention-closed" }, "#a channel you are not in");
  if (!channel) return h("span", { class: "mention mention-closed" }, `#${name}`);
  return h("a", { class: "mention", href: `/?channel=${encodeURIComponent(id)}`, data: { place: `/?channel=${id}` } }, `#${name}`);
}

export function groupMention(id, world, fallback) {
  const group = world.usergroup(id);
  return h("span", { class: "mention" }, `@${group?.handle ?? fallback?.replace(/^@/, "") ?? id}`);
}

export function broadcast(range) {
  return h("span", { class: "mention mention-all" }, `@${range}`);
}

export function emoji(name, unicode) {
  const character = emojiCharacter(name) ?? fromCodePoints(unicode);
  if (!character) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, character);
}

function fromCodePoints(unicode) {
  const points = String(unicode ?? "").split("-").map((part) => Number.parseInt(part, 16));
  return points.length && points.every((point) => point > 0 && point < 0x110000) ? String.fromCodePoint(...points) : null;
}

/** A moment written for whoever reads it; the fallback where the moment makes no sense. `first`: begins a line. */
export function moment({ timestamp, format, url, fallback }, world, first = false) {
  const seconds = Number(timestamp);
  if (!Number.isFinite(seconds)) return document.createTextNode(fallback ?? "");
  const iso = new Date(seconds * 1000).toISOString();
  const text = slackDate(seconds, format || "{date_short} at {time}", world.now(), world.tz);
  const words = first ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  const time = h("time", { datetime: iso, title: `${fullMoment(seconds, world.tz)} (${world.tz})` }, words);
  return url ? link(url, time) : time;
}

/** Plain text whose emoji names are drawn; nothing else in it has a meaning. */
export function plainText(text) {
  const parts = String(text ?? "").split(/:([a-z0-9_+'-]+):/);
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
