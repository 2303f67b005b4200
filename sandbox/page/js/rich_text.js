// Slack's rich_text blocks as nodes.

import { h } from "./dom.js";
import { broadcast, channelMention, emoji, groupMention, link, moment, userMention } from "./references.js";

export function richText(block, context) {
  return h("div", { class: "rich-text" }, (block.elements ?? []).map((part) => container(part, context)));
}

function container(part, context) {
  const inside = () => runs(part.elements ?? [], context);
  switch (part.type) {
    case "rich_text_list": return list(part, context);
    case "rich_text_quote": return h("blockquote", { class: "quote" }, inside());
    case "rich_text_preformatted": return h("pre", { class: "code-block" }, h("code", {}, inside()));
    case "rich_text_section": return h("p", { class: "line" }, inside());
    default: return h("p", { class: "line" }, runs([part], context));
  }
}

function list(part, context) {
  const depth = Math.min(5, part.indent ?? 0);
  const items = (part.elements ?? []).map((item) => h("li", {}, item.type === "rich_text_section" ? runs(item.elements ?? [], context) : container(item, context)));
  const ordered = part.style === "ordered";
  const props = { class: `list${depth ? ` indent-${depth}` : ""}${part.border ? " quote" : ""}` };
  return h(ordered ? "ol" : "ul", ordered && part.offset ? { ...props, start: part.offset + 1 } : props, items);
}

function runs(elements, context) {
  return elements.map((element, at) => applyStyles(run(element, context, at === 0), element.style));
}

function run(element, context, first) {
  switch (element.type) {
    case "text": return lines(element.text);
    case "link": return link(element.url, element.text || element.url);
    case "user": return userMention(element.user_id, context);
    case "channel": return channelMention(element.channel_id, context);
    case "usergroup": return groupMention(element.usergroup_id, context);
    case "team": return h("span", { class: "mention" }, `@${element.team_id}`);
    case "broadcast": return broadcast(element.range);
    case "emoji": return emoji(element.skin_tone ? `${element.name}::skin-tone-${element.skin_tone}` : element.name, element.unicode);
    case "date": return moment(element, context, first);
    case "color": return h("code", { class: "code" }, h("span", { class: "swatch", vars: { "--swatch": element.value } }), element.value);
    default: return h("code", { class: "code" }, JSON.stringify(element));
  }
}

function lines(text) {
  return String(text ?? "").split("\n").map((line, at) => [at ? h("br") : null, line]);
}

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

function applyStyles(node, style) {
  const active = Object.entries(STYLE_TAGS).filter(([name]) => style && style[name]);
  return active.reduce((inner, [name, tag]) => h(tag, name === "code" ? { class: "code" } : {}, inner), node);
}
