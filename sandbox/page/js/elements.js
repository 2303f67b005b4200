// The interactive elements of Block Kit as controls: buttons, menus, selects, choices, dates.
//
// `context` (see references.js) also has what a surface offers:
//   act(element, block, answer, node)       sends the action; resolves when the app has answered
//   ask(confirm) -> Promise<boolean>        asks for a confirmation
//   options(element, block, query)          -> Promise of groups, for external selects
//   registerField(block, element, read)     registers the function that reads the value of a control
//   previousValue(block, element)           what was filled in before a re-render, or undefined
//   people(), conversations()               what selects offer

import { freshId, h, icon } from "./dom.js";
import { mrkdwnInline } from "./mrkdwn.js";
import { picker } from "./picker.js";
import { openMenu } from "./popover.js";
import { link, plainText, safeUrl } from "./references.js";
import { momentOf, wallClock } from "./times.js";
import { fileInput, textInput } from "./inputs.js";

const PRESSED_MS = 4000;
const TYPING_MS = 500;

/** One element -> a node; null for an unknown type. `label`: {id, text} of a label outside the element. */
export function element(spec, block, context, { label, dispatch = true } = {}) {
  const draw = DRAW_FUNCTIONS[spec.type];
  if (!draw) return null;
  return draw(spec, block, context, { label, dispatch });
}

/** The plain string of a text object. */
export function words(text) {
  return typeof text === "string" ? text : text?.text ?? "";
}

/** Sends an action, after the element's confirmation if it has one. The control looks pressed until it is released. */
async function press(spec, block, context, node, answer) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (spec.confirm && !(await context.ask(spec.confirm))) return;
  node.setAttribute("aria-busy", "true");
  node.classList.add("is-pressed");
  const release = () => {
    node.removeAttribute("aria-busy");
    node.classList.remove("is-pressed");
  };
  setTimeout(release, PRESSED_MS);
  const went = await context.act(spec, block, answer, node);
  if (went === false) release();
}

const focusName = (spec, block) => `${block.block_id ?? ""}/${spec.action_id ?? spec.type}`;

function button(spec, block, context) {
  const name = words(spec.text);
  const props = {
    class: `button${spec.style === "primary" ? " primary" : ""}${spec.style === "danger" ? " danger" : ""}`,
    "aria-label": spec.accessibility_label,
    data: { focus: focusName(spec, block), action: spec.action_id ?? "" },
  };
  const send = (event) => press(spec, block, context, event.currentTarget, { value: spec.value });
  if (!safeUrl(spec.url)) return h("button", { type: "button", ...props, onclick: send }, plainText(name));
  const anchor = link(spec.url, plainText(name));
  anchor.className = `${props.class} button-link`;
  anchor.dataset.focus = props.data.focus;
  anchor.dataset.action = props.data.action;
  if (spec.accessibility_label) anchor.setAttribute("aria-label", spec.accessibility_label);
  anchor.addEventListener("click", send);
  return anchor;
}

function feedback(spec, block, context) {
  const one = (choice, sign) => choice && h("button", {
    type: "button", class: "button", "aria-label": choice.accessibility_label, data: { focus: `${focusName(spec, block)}/${choice.value}`, action: spec.action_id ?? "" },
    onclick: (event) => press(spec, block, context, event.currentTarget, { value: choice.value }),
  }, h("span", { "aria-hidden": "true" }, sign), " ", words(choice.text));
  return h("div", { class: "button-row", role: "group", "aria-label": "Feedback" }, one(spec.positive_button, "👍"), one(spec.negative_button, "👎"));
}

function iconElement(spec, block, context) {
  const name = spec.accessibility_label || words(spec.text) || spec.icon;
  return h("button", { type: "button", class: "icon-button", "aria-label": name, title: name, data: { focus: focusName(spec, block), action: spec.action_id ?? "" },
    onclick: (event) => press(spec, block, context, event.currentTarget, { value: spec.value }) }, icon(spec.icon));
}

function overflow(spec, block, context) {
  const open = (event) => {
    const anchor = event.currentTarget;
    openMenu(anchor, "More actions", (spec.options ?? []).map((option) => ({
      label: words(option.text), hint: words(option.description), href: safeUrl(option.url) ?? undefined,
      onselect: () => press(spec, block, context, anchor, { selected_option: option }),
    })));
  };
  return h("button", { type: "button", class: "icon-button overflow", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false", data: { focus: focusName(spec, block), action: spec.action_id ?? "" }, onclick: open }, icon("more"));
}

// ------------------------------------------------------------------ selects

const optionOf = (option) => ({ key: option.value, label: words(option.text), description: words(option.description), raw: option });
const bare = (id, label, description) => ({ key: id, label, description, raw: id });

/** Slack's options or option_groups as groups of the picker. */
export function groupsOf(spec) {
  if (spec.option_groups?.length) return spec.option_groups.map((group) => ({ label: words(group.label), options: (group.options ?? []).map(optionOf) }));
  return [{ options: (spec.options ?? []).map(optionOf) }];
}

const personChoices = (context) => [{ options: context.people().map((person) => bare(person.id, person.real_name || person.name, [person.title, person.team_name].filter(Boolean).join(", "))) }];

function placeChoices(context, filter) {
  const wanted = filter?.include;
  const kind = (channel) => (channel.is_im ? "im" : channel.is_mpim ? "mpim" : channel.is_private ? "private" : "public");
  const fits = (channel) => (!wanted || wanted.includes(kind(channel))) && !(filter?.exclude_external_shared_channels && channel.is_ext_shared) && !(filter?.exclude_bot_users && channel.is_im && context.person(channel.peer)?.is_bot);
  return [{ options: context.conversations().filter(fits).map((channel) => bare(channel.id, channel.is_im ? context.person(channel.peer)?.real_name ?? channel.id : `#${channel.name}`)) }];
}

// type -> [key of one, key of many, where options come from]
const SELECTS = {
  static_select: ["selected_option", groupsOf],
  external_select: ["selected_option", () => []],
  users_select: ["selected_user", (spec, context) => personChoices(context)],
  conversations_select: ["selected_conversation", (spec, context) => placeChoices(context, spec.filter)],
  channels_select: ["selected_channel", (spec, context) => placeChoices(context, { include: ["public"] })],
};

function initialOf(spec, multi, one, groups) {
  const given = multi ? spec[`initial_${one.replace("selected_", "")}s`] : spec[`initial_${one.replace("selected_", "")}`];
  const list = given === undefined || given === null ? [] : multi ? given : [given];
  const all = groups.flatMap((group) => group.options);
  return list.map((item) => (typeof item === "string" ? all.find((option) => option.key === item) ?? bare(item, item) : optionOf(item)));
}

function select(spec, block, context, { label, dispatch }) {
  const multi = spec.type.startsWith("multi_");
  const [one, source] = SELECTS[spec.type.replace("multi_", "")];
  const groups = source(spec, context);
  const answer = (chosen) => (multi ? { [`${one}s`]: chosen.map((option) => option.raw) } : { [one]: chosen[0]?.raw ?? null });
  const node = picker({
    name: label?.text ?? (words(spec.placeholder) || spec.action_id), placeholder: words(spec.placeholder) || (multi ? "Choose…" : "Choose one…"),
    groups, multi, most: spec.max_selected_items ?? Infinity,
    load: spec.type.endsWith("external_select") ? (query) => context.options(spec, block, query) : undefined,
    chosen: context.previousValue(block, spec)?.chosen ?? initialOf(spec, multi, one, groups),
    onchange: (chosen) => dispatch && press(spec, block, context, node, answer(chosen)),
    props: { data: { focus: focusName(spec, block), action: spec.action_id ?? "" } },
  });
  context.registerField(block, spec, () => ({ value: { type: spec.type, ...answer(node.chosen) }, empty: node.chosen.length === 0, chosen: node.chosen }));
  return node;
}

// ------------------------------------------------------------------ choices

function choices(spec, block, context, { label, dispatch }) {
  const many = spec.type === "checkboxes";
  const group = freshId("choice");
  const kept = context.previousValue(block, spec)?.picked ?? (many ? spec.initial_options ?? [] : [spec.initial_option].filter(Boolean)).map((option) => option.value);
  const inputs = (spec.options ?? []).map((option, at) => h("input", { type: many ? "checkbox" : "radio", name: group, id: `${group}-${at}`, checked: kept.includes(option.value), data: { focus: `${focusName(spec, block)}/${option.value}` } }));
  const picked = () => spec.options.filter((_, at) => inputs[at].checked);
  const answer = () => (many ? { selected_options: picked() } : { selected_option: picked()[0] ?? null });
  const rows = (spec.options ?? []).map((option, at) => h("div", { class: "choice" }, inputs[at], h("label", { for: `${group}-${at}` },
    rich(option.text, context), option.description ? h("span", { class: "menu-hint" }, rich(option.description, context)) : null)));
  const node = h("div", { class: "choices", role: many ? "group" : "radiogroup", "aria-label": label ? undefined : words(spec.placeholder) || "Choices", "aria-labelledby": label?.id, data: { action: spec.action_id ?? "" } }, rows);
  node.addEventListener("change", () => dispatch && press(spec, block, context, node, answer()));
  context.registerField(block, spec, () => ({ value: { type: spec.type, ...answer() }, empty: picked().length === 0, picked: picked().map((option) => option.value) }));
  return node;
}

function rich(text, context) {
  return text?.type === "mrkdwn" ? mrkdwnInline(text.text, context) : words(text);
}

// ------------------------------------------------------------------ dates and times

const two = (number) => String(number).padStart(2, "0");

function asLocal(seconds, tz) {
  const at = wallClock(seconds, tz);
  return `${at.year}-${two(at.month)}-${two(at.day)}T${two(at.hour)}:${two(at.minute)}`;
}

function asMoment(text, tz) {
  const [year, month, day, hour, minute] = text.split(/\D/).map(Number);
  return momentOf({ year, month, day, hour, minute }, tz);
}

const DATES = {
  datepicker: { type: "date", key: "selected_date", first: (spec) => spec.initial_date },
  timepicker: { type: "time", key: "selected_time", first: (spec) => spec.initial_time },
  datetimepicker: { type: "datetime-local", key: "selected_date_time",
    first: (spec, context) => (spec.initial_date_time ? asLocal(spec.initial_date_time, context.tz) : ""), out: (text, context) => asMoment(text, context.tz) },
};

function date(spec, block, context, { label, dispatch }) {
  const kind = DATES[spec.type];
  const input = h("input", { type: kind.type, class: "text-input", id: label?.for, "aria-label": label ? undefined : words(spec.placeholder) || "Date", value: context.previousValue(block, spec)?.text ?? kind.first(spec, context) ?? "", data: { focus: focusName(spec, block), action: spec.action_id ?? "" } });
  const answer = () => ({ [kind.key]: input.value ? (kind.out ? kind.out(input.value, context) : input.value) : null });
  let waiting;
  input.addEventListener("change", () => {
    clearTimeout(waiting);
    if (dispatch) waiting = setTimeout(() => press(spec, block, context, input, answer()), TYPING_MS);
  });
  context.registerField(block, spec, () => ({ value: { type: spec.type, ...answer() }, empty: !input.value, text: input.value }));
  return input;
}

const textElement = (spec, block, context, how) => textInput(spec, block, context, { ...how, send: (node, value) => press(spec, block, context, node, { value }) });

const DRAW_FUNCTIONS = {
  button, overflow, icon_button: iconElement, feedback_buttons: feedback, workflow_button: button,
  checkboxes: choices, radio_buttons: choices,
  datepicker: date, timepicker: date, datetimepicker: date,
  plain_text_input: textElement, email_text_input: textElement, url_text_input: textElement, number_input: textElement, rich_text_input: textElement,
  file_input: fileInput,
};
for (const type of Object.keys(SELECTS)) {
  DRAW_FUNCTIONS[type] = select;
  DRAW_FUNCTIONS[`multi_${type}`] = select;
}
