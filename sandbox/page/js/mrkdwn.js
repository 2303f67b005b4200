// Slack's mrkdwn text as nodes. The text is escaped (&amp; &lt; &gt;) and has URLs in <>; as in Slack, a bare URL stays
// plain text.

import { append, fragment, h } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { broadcast, channelMention, emoji, groupMention, link, moment, userMention } from "./references.js";

/** mrkdwn text -> DocumentFragment of paragraphs, quotes, lists and code. */
export function mrkdwn(text, context) {
  const out = fragment();
  for (const piece of splitFences(String(text ?? ""))) {
    if (piece.code !== undefined) out.append(h("pre", { class: "code-block" }, h("code", {}, unescape(piece.code))));
    else append(out, lineBlocks(piece.text, context));
  }
  return out;
}

/** One line of mrkdwn without blocks of its own, for labels and table cells. */
export function mrkdwnInline(text, context) {
  return fragment(inline(String(text ?? ""), context));
}

/** mrkdwn as plain text, for screen readers. */
export function plainWords(text, context) {
  return mrkdwn(text, context).textContent.replace(/\s+/g, " ").trim();
}

export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function splitFences(text) {
  const parts = text.split("```");
  if (parts.length % 2 === 0) parts.splice(-2, 2, `${parts.at(-2)}\`\`\`${parts.at(-1)}`);
  return parts
    .map((part, at) => (at % 2 ? { code: part.replace(/^\n/, "").replace(/\n$/, "") } : { text: part }))
    .filter((piece, at) => piece.code !== undefined || piece.text.trim() || parts.length === 1 || at === 0 && piece.text);
}

const QUOTE = /^(?:&gt;|>)(?!&gt;|>) ?/;
const REST = /^(?:&gt;|>){3} ?/;
const BULLET = /^(\s*)(?:[•◦▪‣]|[-*](?= ))\s+/;
const NUMBER = /^(\s*)(\d{1,3})[.)]\s+/;

function kindOf(line) {
  if (REST.test(line)) return "rest";
  if (QUOTE.test(line)) return "quote";
  if (BULLET.test(line)) return "bullets";
  if (NUMBER.test(line)) return "numbers";
  return line.trim() ? "text" : "gap";
}

function lineBlocks(text, context) {
  const lines = text.replace(/^\n+|\n+$/g, "").split("\n");
  const out = [];
  for (let at = 0; at < lines.length; ) {
    const kind = kindOf(lines[at]);
    if (kind === "rest") {
      const rest = [lines[at].replace(REST, ""), ...lines.slice(at + 1)].join("\n");
      out.push(h("blockquote", { class: "quote" }, lineBlocks(rest, context)));
      break;
    }
    let end = at + 1;
    while (end < lines.length && kindOf(lines[end]) === kind) end += 1;
    const run = lines.slice(at, end);
    if (kind === "gap") out.push(...(end < lines.length && at > 0 ? [h("div", { class: "gap" })] : []));
    else out.push(makeRun[kind](run, context));
    at = end;
  }
  return out;
}

const makeRun = {
  text: (run, context) => h("p", { class: "line" }, joinLines(run, context)),
  quote: (run, context) => h("blockquote", { class: "quote" }, joinLines(run.map((line) => line.replace(QUOTE, "")), context)),
  bullets: (run, context) => listOf("ul", run, BULLET, context),
  numbers: (run, context) => listOf("ol", run, NUMBER, context, { start: NUMBER.exec(run[0])[2] }),
};

function listOf(tag, run, marker, context, props = {}) {
  const items = run.map((line) => {
    const depth = Math.min(5, Math.floor(marker.exec(line)[1].length / 2));
    return h("li", { class: depth ? `depth-${depth}` : undefined }, inline(line.replace(marker, ""), context));
  });
  return h(tag, { class: "list", ...props }, items);
}

function joinLines(lines, context) {
  return lines.map((line, at) => [at ? h("br") : null, inline(line, context)]);
}

const EDGE_BEFORE = /[\s([{"'“‘*_~.,;:!?–—/-]/;
const EDGE_AFTER = /[\s)\]}"'”’*_~.,;:!?–—/…-]/;
const STYLES = { "*": "strong", _: "em", "~": "s" };
const EMOJI_RUN = /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/;

/** Bold, italic, strike, code, references and emoji of one line -> nodes. */
function inline(text, context) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(document.createTextNode(unescape(plain)));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = reference(text, at, context) ?? code(text, at) ?? styled(text, at, context) ?? emojiRun(text, at);
    if (found) {
      flush();
      out.push(found.node);
      at += found.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function reference(text, at, context) {
  if (text[at] !== "<") return null;
  const end = text.indexOf(">", at);
  if (end < 0) return null;
  const [target, ...labels] = text.slice(at + 1, end).split("|");
  const label = labels.length ? labels.join("|") : undefined;
  const node = referenceNode(target, label, context, at === 0);
  return node && { node, length: end - at + 1 };
}

function referenceNode(target, label, context, first) {
  const words = label === undefined ? undefined : unescape(label);
  if (/^@[UWB]/.test(target)) return userMention(target.slice(1), context, words);
  if (/^#[CGD]/.test(target)) return channelMention(target.slice(1), context, words);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcast(target.slice(1));
  if (target.startsWith("!subteam^")) return groupMention(target.split("^")[1], context, words);
  if (target.startsWith("!date^")) {
    const [, timestamp, format, ...url] = target.split("^");
    return moment({ timestamp, format: unescape(format ?? ""), url: url.join("^"), fallback: words }, context, first);
  }
  if (/^(https?:|mailto:|tel:)/i.test(target)) return link(unescape(target), label ? inline(label, { ...context }) : unescape(target.replace(/^(mailto|tel):/, "")));
  return null;
}

function code(text, at) {
  if (text[at] !== "`") return null;
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  return { node: h("code", { class: "code" }, unescape(text.slice(at + 1, end))), length: end - at + 1 };
}

function styled(text, at, context) {
  const tag = STYLES[text[at]];
  if (!tag || (at > 0 && !EDGE_BEFORE.test(text[at - 1])) || !/\S/.test(text[at + 1] ?? " ") || text[at + 1] === text[at]) return null;
  for (let end = text.indexOf(text[at], at + 2); end > 0; end = text.indexOf(text[at], end + 1)) {
    const after = text[end + 1];
    if (/\s/.test(text[end - 1]) || (after !== undefined && !EDGE_AFTER.test(after) && !text.startsWith("&gt;", end + 1))) continue;
    return { node: h(tag, {}, inline(text.slice(at + 1, end), context)), length: end - at + 1 };
  }
  return null;
}

function emojiRun(text, at) {
  const run = text[at] === ":" && EMOJI_RUN.exec(text.slice(at));
  return run && emojiCharacter(run[1]) ? { node: emoji(run[1]), length: run[0].length } : null;
}
