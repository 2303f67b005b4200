// Block Kit blocks as nodes. `context` gives them what they need to look up and do (see elements.js).

import { freshId, h } from "./dom.js";
import { element, words } from "./elements.js";
import { formatSize } from "./inputs.js";
import { markdown } from "./markdown.js";
import { mrkdwn } from "./mrkdwn.js";
import { link, plainText, safeUrl } from "./references.js";
import { richText } from "./rich_text.js";

/** A list of blocks -> an array of nodes. A block of an unknown type is shown as its JSON. */
export function drawBlocks(blocks, context) {
  return (blocks ?? []).map((block) => drawBlock(block, context));
}

function drawBlock(block, context) {
  const draw = DRAW_FUNCTIONS[block?.type];
  const node = draw ? draw(block, context) : unknown(block);
  node.classList.add("block");
  if (block?.block_id) node.dataset.block = block.block_id;
  return node;
}

function unknown(block) {
  return h("details", { class: "unknown" }, h("summary", {}, `A block that the page does not show yet: ${block?.type ?? "no type"}`), h("pre", {}, JSON.stringify(block, null, 2)));
}

/** A text object as nodes: mrkdwn formatted, plain text with emoji names replaced. */
export function textObject(text, context) {
  if (!text) return null;
  if (text.type === "mrkdwn") return mrkdwn(text.text, context);
  return String(text.text ?? "").split("\n").map((line) => h("p", { class: "line" }, text.emoji === false ? line : plainText(line)));
}

function section(block, context) {
  const body = h("div", { class: "section-body" },
    block.text ? h("div", { class: "section-text" }, textObject(block.text, context)) : null,
    block.fields?.length ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field" }, textObject(field, context)))) : null);
  const accessory = block.accessory && h("div", { class: "accessory" }, anyElement(block.accessory, block, context));
  return h("div", { class: accessory ? "block-section has-accessory" : "block-section" }, body, accessory);
}

function anyElement(spec, block, context) {
  if (spec.type === "image") return picture(spec, context, "thumb");
  return element(spec, block, context) ?? unknown(spec);
}

function header(block, context) {
  return h("div", { class: "block-header", role: "heading", "aria-level": context.headingLevel ?? 4 }, plainText(words(block.text)));
}

function contextBlock(block, context) {
  return h("div", { class: "block-context" }, (block.elements ?? []).map((part) => (part.type === "image" ? picture(part, context, "tiny") : h("div", { class: "context-text" }, textObject(part, context)))));
}

function actions(block, context) {
  return h("div", { class: "block-actions" }, (block.elements ?? []).map((spec) => anyElement(spec, block, context)));
}

// ------------------------------------------------------------------ pictures and files

function picture(spec, context, size) {
  const source = spec.slack_file ? fileUrl(spec.slack_file, context) : spec.image_url;
  const inside = source && context.asset(source);
  const alt = spec.alt_text ?? "";
  if (inside) return h("img", { class: `picture ${size}`, src: inside, alt, loading: "lazy" });
  const where = safeUrl(source) ? new URL(source).host : "";
  return h("span", { class: "picture-outside" }, alt || "A picture", source && safeUrl(source) ? [" ", link(source, `(open at ${where})`)] : " (not found)");
}

/** The URL of an uploaded file, given by its id or URL. */
function fileUrl(file, context) {
  return context.file(file)?.url_private ?? file.url ?? `/files/${encodeURIComponent(file.id)}/picture`;
}

function image(block, context) {
  const title = words(block.title);
  return h("figure", { class: "block-image" }, title ? h("figcaption", {}, title) : null, picture(block, context, "large"));
}

function file(block, context) {
  const found = context.file({ id: block.external_id }) ?? block.file;
  return found ? fileCard(found, context) : h("div", { class: "file-card" }, `A file: ${block.external_id}`);
}

/** A file of a message: images are shown, all files can be downloaded. */
export function fileCard(spec, context) {
  const source = spec.url_private && context.asset(spec.url_private);
  const name = spec.title || spec.name || "File";
  const isPicture = /^image\/(png|jpe?g|gif|webp|svg\+xml)$/.test(spec.mimetype ?? "");
  const take = source && h("a", { class: "link", href: source, download: spec.name ?? "" }, "Download", h("span", { class: "unseen" }, ` ${name}`));
  const about = h("div", { class: "file-about" }, h("span", { class: "file-name" }, name), h("span", { class: "file-kind" }, [spec.pretty_type || spec.filetype?.toUpperCase(), formatSize(spec.size)].filter(Boolean).join(", ")), take);
  if (isPicture && source) return h("figure", { class: "file-picture" }, h("img", { class: "picture large", src: source, alt: spec.alt_txt || name, loading: "lazy" }), h("figcaption", {}, about));
  return h("div", { class: "file-card" }, h("span", { class: "file-mark", "aria-hidden": "true" }, (spec.filetype || "file").slice(0, 4)), about);
}

function video(block, context) {
  const title = h("strong", {}, block.title_url || block.video_url ? link(block.title_url ?? block.video_url, words(block.title)) : words(block.title));
  return h("div", { class: "file-card" }, h("span", { class: "file-mark", "aria-hidden": "true" }, "▶"), h("div", { class: "file-about" }, title,
    h("span", { class: "file-kind" }, ["Video", block.provider_name, block.author_name].filter(Boolean).join(", ")),
    block.description ? h("span", {}, textObject(block.description, context)) : null));
}

// ------------------------------------------------------------------ tables

function cell(spec, context) {
  if (!spec) return "";
  if (spec.type === "rich_text") return richText(spec, context);
  return String(spec.text ?? spec.value ?? "");
}

function table(block, context) {
  const settings = block.column_settings ?? [];
  const [head = [], ...rows] = block.rows ?? [];
  const look = (column) => `align-${settings[column]?.align ?? "left"}${settings[column]?.is_wrapped ? " wraps" : ""}`;
  const row = (cells, tag, props = {}) => h("tr", {}, cells.map((spec, column) => h(tag, { ...props, class: look(column) }, cell(spec, context))));
  return h("div", { class: "table-frame", tabindex: "0", role: "group", "aria-label": "Table" },
    h("table", {}, h("thead", {}, row(head, "th", { scope: "col" })), h("tbody", {}, rows.map((cells) => row(cells, "td")))));
}

// ------------------------------------------------------------------ inputs

function input(block, context) {
  const spec = block.element ?? {};
  const name = words(block.label);
  const id = freshId("input");
  const label = { text: name, id: `${id}-label`, for: id };
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const control = element(spec, block, context, { label, dispatch: Boolean(block.dispatch_action) }) ?? unknown(spec);
  const target = control.matches("input,textarea") ? control : control.querySelector("input[type=file]") ?? control;
  const problem = h("p", { class: "problem", id: `${id}-problem`, hidden: true });
  const hint = block.hint ? h("div", { class: "hint", id: `${id}-hint` }, textObject(block.hint, context)) : null;
  target.setAttribute("aria-describedby", [hint && hint.id, problem.id].filter(Boolean).join(" "));
  if (!block.optional && target.matches("input,textarea")) target.setAttribute("aria-required", "true");
  const heading = target.matches("input,textarea") ? h("label", { for: id, id: label.id }, name, optional) : h("div", { class: "label", id: label.id }, name, optional);
  return h("div", { class: "block-input" }, heading, control, hint, problem);
}

const DRAW_FUNCTIONS = {
  section, header, actions, context: contextBlock, image, file, video, table, input,
  context_actions: actions,
  divider: () => h("hr", { class: "block-divider" }),
  rich_text: richText,
  markdown: (block, context) => h("div", { class: "block-markdown" }, markdown(block.text, context)),
};
