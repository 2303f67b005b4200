// Form inputs for text, numbers, URLs and files, with the checks that Slack makes before sending.

import { freshId, h } from "./dom.js";

const KINDS = { email_text_input: "email", url_text_input: "url", number_input: "text" };
const TYPING_MS = 400;

export function textInput(spec, block, context, { label, dispatch, send }) {
  const long = spec.multiline || spec.type === "rich_text_input";
  const kept = context.previousValue(block, spec)?.text;
  const props = {
    class: "text-input", id: label?.for, placeholder: spec.placeholder?.text, "aria-label": label ? undefined : spec.placeholder?.text || "Text",
    maxlength: spec.max_length, data: { focus: `${block.block_id ?? ""}/${spec.action_id}`, action: spec.action_id ?? "" }, autofocus: spec.focus_on_load,
    value: kept ?? plainOf(spec),
  };
  const input = long ? h("textarea", { ...props, rows: 4 }) : h("input", { ...props, type: KINDS[spec.type] ?? "text", inputmode: spec.type === "number_input" ? "decimal" : undefined, autocomplete: "off" });
  if (dispatch) dispatching(input, spec, send);
  context.registerField(block, spec, () => ({ value: valueOf(spec, input.value), empty: !input.value.trim(), text: input.value, problem: problemIn(spec, input.value.trim()) }));
  return input;
}

function plainOf(spec) {
  if (spec.type !== "rich_text_input") return spec.initial_value ?? "";
  const gather = (part) => part.text ?? (part.elements ?? []).map(gather).join("");
  return spec.initial_value ? gather(spec.initial_value) : "";
}

function valueOf(spec, text) {
  if (spec.type !== "rich_text_input") return { type: spec.type, value: text === "" ? null : text };
  const section = { type: "rich_text_section", elements: text ? [{ type: "text", text }] : [] };
  return { type: spec.type, rich_text_value: { type: "rich_text", elements: [section] } };
}

function dispatching(input, spec, send) {
  const on = spec.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let waiting;
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || !on.includes("on_enter_pressed")) return;
    event.preventDefault();
    send(input, input.value);
  });
  if (!on.includes("on_character_entered")) return;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => send(input, input.value), TYPING_MS);
  });
}

/** The error message for a field, or null. */
function problemIn(spec, text) {
  if (!text) return null;
  if (spec.min_length && text.length < spec.min_length) return `Use at least ${spec.min_length} characters.`;
  if (spec.max_length && text.length > spec.max_length) return `Use at most ${spec.max_length} characters.`;
  if (spec.type === "email_text_input" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return "Write an e-mail address, like name@company.com.";
  if (spec.type === "url_text_input" && !/^https?:\/\/\S+\.\S+|^https?:\/\/localhost/.test(text)) return "Write a full address, beginning with https://.";
  return spec.type === "number_input" ? numberProblem(spec, text) : null;
}

function numberProblem(spec, text) {
  if (!(spec.is_decimal_allowed ? /^-?\d+([.,]\d+)?$/ : /^-?\d+$/).test(text)) return spec.is_decimal_allowed ? "Write a number." : "Write a whole number.";
  const number = Number(text.replace(",", "."));
  if (spec.min_value !== undefined && number < Number(spec.min_value)) return `The smallest number is ${spec.min_value}.`;
  if (spec.max_value !== undefined && number > Number(spec.max_value)) return `The largest number is ${spec.max_value}.`;
  return null;
}

// ------------------------------------------------------------------ files

/** A File -> {name, mimetype, content_base64}. */
export async function encodeFile(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name, mimetype: file.type || "application/octet-stream", content_base64: btoa(binary) };
}

export function formatSize(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function fileInput(spec, block, context, { label }) {
  const most = spec.max_files ?? 10;
  const kinds = spec.filetypes?.length ? spec.filetypes.map((kind) => `.${kind}`).join(",") : undefined;
  const id = label?.for ?? freshId("file");
  const input = h("input", { type: "file", class: "file-input", id, multiple: most > 1, accept: kinds, "aria-label": label ? undefined : "Files", data: { focus: `${block.block_id ?? ""}/${spec.action_id}` } });
  let encoded = context.previousValue(block, spec)?.files ?? [];
  const list = h("ul", { class: "file-names" }, encoded.map((file) => h("li", {}, file.name)));
  let problem = null;
  input.addEventListener("change", async () => {
    const files = [...input.files];
    problem = files.length > most ? `Choose at most ${most} ${most === 1 ? "file" : "files"}.` : null;
    encoded = await Promise.all(files.map(encodeFile));
    list.replaceChildren(...files.map((file) => h("li", {}, `${file.name} (${formatSize(file.size)})`)));
  });
  context.registerField(block, spec, () => ({ value: { type: spec.type, files: encoded }, empty: encoded.length === 0, files: encoded, problem }));
  return h("div", { class: "file-field" }, input, list);
}
