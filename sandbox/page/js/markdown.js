// The text of a markdown block as nodes: headings, lists, tables, code, quotes, emphasis, links; without HTML.

import { fragment, h } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { unescape } from "./mrkdwn.js";
import { broadcast, channelMention, emoji, link, safeUrl, userMention } from "./references.js";

/** Markdown text -> DocumentFragment. HTML in it is shown as text. */
export function markdown(text, context) {
  return fragment(blocks(String(text ?? "").replaceAll("\r\n", "\n").split("\n"), context));
}

const FENCE = /^\s{0,3}(```+|~~~+)\s*(\S*)/;
const HEADING = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function blocks(lines, context) {
  const out = [];
  for (let at = 0; at < lines.length; ) {
    const [node, used] = block(lines, at, context);
    if (node) out.push(node);
    at += used;
  }
  return out;
}

function block(lines, at, context) {
  const line = lines[at];
  if (!line.trim()) return [null, 1];
  if (FENCE.test(line)) return fenced(lines, at);
  const heading = HEADING.exec(line);
  if (heading) return [h("p", { class: `md-heading md-h${heading[1].length}`, role: "heading", "aria-level": Math.min(6, heading[1].length + 3) }, inline(heading[2], context)), 1];
  if (RULE.test(line)) return [h("hr"), 1];
  if (QUOTE.test(line)) return quoted(lines, at, context);
  if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) return table(lines, at, context);
  if (ITEM.test(line)) return list(lines, at, context);
  return paragraph(lines, at, context);
}

function fenced(lines, at) {
  const mark = FENCE.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  return [h("pre", { class: "code-block" }, h("code", {}, lines.slice(at + 1, end).join("\n"))), end - at + 1];
}

function quoted(lines, at, context) {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  return [h("blockquote", { class: "quote" }, blocks(lines.slice(at, end).map((line) => line.replace(QUOTE, "")), context)), end - at];
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function table(lines, at, context) {
  const head = cells(lines[at]);
  const sides = cells(lines[at + 1]).map((rule) => (/^:.*:$/.test(rule) ? "center" : rule.endsWith(":") ? "right" : "left"));
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const row = (line) => head.map((_, column) => h("td", { class: `align-${sides[column] ?? "left"}` }, inline(cells(line)[column] ?? "", context)));
  const node = h("div", { class: "table-frame", tabindex: "0", role: "group", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((cell, column) => h("th", { scope: "col", class: `align-${sides[column] ?? "left"}` }, inline(cell, context))))),
    h("tbody", {}, lines.slice(at + 2, end).map((line) => h("tr", {}, row(line))))));
  return [node, end - at];
}

function list(lines, at, context) {
  const first = ITEM.exec(lines[at]);
  const depth = first[1].length;
  const ordered = /\d/.test(first[2]);
  const items = [];
  let here = at;
  while (here < lines.length) {
    const item = ITEM.exec(lines[here]);
    if (!item || item[1].length < depth || /\d/.test(item[2]) !== ordered) break;
    const inner = [item[3]];
    const indent = item[1].length + 2;
    here += 1;
    for (; here < lines.length && belongs(lines, here, indent); here += 1) inner.push(outdent(lines[here], indent));
    items.push(listItem(inner, context));
    while (here < lines.length && !lines[here].trim() && ITEM.test(lines[here + 1] ?? "")) here += 1;
  }
  const start = ordered ? Number.parseInt(first[2], 10) : 1;
  return [h(ordered ? "ol" : "ul", { class: "list", start: start > 1 ? start : undefined }, items), here - at];
}

const leading = (line) => /^\s*/.exec(line)[0].length;
const outdent = (line, indent) => line.slice(Math.min(indent, leading(line)));

function belongs(lines, at, indent) {
  const line = lines[at];
  if (!line.trim()) return /\S/.test(lines[at + 1] ?? "") && leading(lines[at + 1]) >= indent;
  return leading(line) >= indent || !(ITEM.test(line) || HEADING.test(line) || FENCE.test(line) || QUOTE.test(line) || RULE.test(line));
}

function listItem(inner, context) {
  const task = /^\[([ xX])\]\s+/.exec(inner[0]);
  if (task) inner[0] = inner[0].slice(task[0].length);
  const body = blocks(inner, context);
  const flat = body[0]?.tagName === "P" && body[0].className === "line" ? [...body[0].childNodes, ...body.slice(1)] : body;
  const mark = task && h("span", { class: "task", role: "img", "aria-label": task[1] === " " ? "to do:" : "done:" }, task[1] === " " ? "☐ " : "☑ ");
  return h("li", { class: task ? "task-item" : undefined }, mark, flat);
}

function paragraph(lines, at, context) {
  let end = at + 1;
  const stops = (line) => !line.trim() || FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
  while (end < lines.length && !stops(lines[end])) end += 1;
  const parts = lines.slice(at, end).map((line, row) => [row ? h("br") : null, inline(line.trim(), context)]);
  return [h("p", { class: "line" }, parts), end - at];
}

const RUNS = [
  [/^\\([\\`*_{}[\]()#+\-.!|~<>])/, (found) => found[1]],
  [/^(`+)(.+?)\1(?!`)/, (found) => h("code", { class: "code" }, found[2].trim())],
  [/^!\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)/, (found) => (safeUrl(found[2]) ? link(found[2], found[1] || found[2]) : found[0])],
  [/^\[((?:[^[\]]|\[[^\]]*\])+)\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)/, (found, context) => (safeUrl(found[2]) ? link(found[2], inline(found[1], context)) : found[0])],
  [/^<@([UW]\w+)(?:\|[^>]*)?>/, (found, context) => userMention(found[1], context)],
  [/^<#(C\w+)(?:\|([^>]*))?>/, (found, context) => channelMention(found[1], context, found[2])],
  [/^<!(here|channel|everyone)>/, (found) => broadcast(found[1])],
  [/^<((?:https?:|mailto:)[^\s<>|]+)(?:\|([^>]*))?>/, (found) => link(found[1], found[2] || found[1].replace(/^mailto:/, ""))],
  [/^(\*\*|__)(?=\S)(.+?\S|\S)\1/, (found, context) => h("strong", {}, inline(found[2], context))],
  [/^~~(?=\S)(.+?)~~/, (found, context) => h("s", {}, inline(found[1], context))],
  [/^\*(?=[^\s*])(.+?[^\s*]|[^\s*])\*(?!\*)/, (found, context) => h("em", {}, inline(found[1], context))],
  [/^:([a-z0-9_+-]+):/, (found) => (emojiCharacter(found[1]) ? emoji(found[1]) : found[0])],
];
const UNDERLINED = /^_(?=[^\s_])(.+?[^\s_]|[^\s_])_(?!\w)/;
const BARE = /^https?:\/\/[^\s<>]+[^\s<>.,;:!?'")\]}]/;

function inline(text, context) {
  const out = [];
  let plain = "";
  const take = (node) => {
    if (plain) out.push(unescape(plain));
    plain = "";
    out.push(node);
  };
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const wordBefore = /\w/.test(text[at - 1] ?? "");
    const rule = RUNS.find(([pattern]) => pattern.test(rest));
    const found = rule?.[0].exec(rest) ?? (wordBefore ? null : UNDERLINED.exec(rest) ?? BARE.exec(rest));
    if (!found) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (rule) take(rule[1](found, context));
    else take(found[0].startsWith("_") ? h("em", {}, inline(found[1], context)) : link(found[0], found[0]));
    at += found[0].length;
  }
  if (plain) out.push(unescape(plain));
  return out;
}
