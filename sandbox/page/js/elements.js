// Block Kit's interactive elements as controls: buttons, menus, selects, choices, dates.
//
// `world` (see references.js) also holds what a surface lets them do:
//   act(element, block, answer, node)   tells the app; resolves when it has answered
//   ask(confirm) -> Promise<boolean>    asks the person first
//   options(element, block, query)      -> Promise of groups, for external selects
//   keep(block, element, read)          registers how to read the control's state
//   kept(block, element)                what the person had filled in before a re-render, or undefined
//   people(), conversations()           who and what can be chosen

import { freshId, h, icon } from "./dom.js";
import { mrkdwnInline } from "./mrkdwn.js";
import { picker } from "./picker.js";
import { openMenu } from "./popover.js";
import { link, plainText, safeUrl } from "./references.js";
import { momentOf, wallClock } from "./times.js";
import { fileInput, textInput } from "./inputs.js";

const PRESSED_MS = 4000;
const TYPING_MS = 500;

/** One element -> a node, or null for a type that is not known. `label`: {id, text} when a label stands outside. */
export function element(spec, block, world, { label, dispatch = true } = {}) {
  const draw = DRAWN[spec.type];
  if (!draw) return null;
  return draw(spec, block, world, { label, dispatch });
}

/** The text of a text object as words only. */
export function words(text) {
  return typeof text === "string" ? text : text?.text ?? "";
}

/** Sends the choice after the element's own question; shows that it was pressed until something changes. */
async function press(spec, block, world, node, answer) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (spec.confirm && !(await world.ask(spec.confirm))) return;
  node.setAttribute("aria-busy", "true");
  node.classList.add("is-pressed");
  const settle = () => {
    node.removeAttribute("aria-busy");
    node.classList.remove("is-pressed");
  };
  setTimeout(settle, PRESSED_MS);
  const went = await world.act(spec, block, answer, node);
  if (went === false) settle();
}

const focusName = (spec, block) => `${block.block_id ?? ""}/${spec.action_id ?? spec.type}`;

function button(spec, block, world) {
  const name = words(spec.text);
  const props = {
    class: `button${spec.style === "primary" ? " primary" : ""}${spec.style === "danger" ? " danger" : ""}`,
    "aria-label": spec.accessibility_label,
    data: { focus: focusName(spec, block), action: spec.action_id ?? "" },
  };
  const send = (event) => press(spec, block, world, event.currentTarget, { value: spec.value });
  if (!safeUrl(spec.url)) return h("button", { type: "button", ...props, onclick: send }, plainText(name));
  const anchor = link(spec.url, plainText(name));
  anchor.className = `${props.class} button-link`;
  anchor.dataset.focus = props.data.focus;
  anchor.dataset.action = props.data.action;
  if (spec.accessibility_label) anchor.setAttribute("aria-label", spec.accessibility_label);
  anchor.addEventListener("click", send);
  return anchor;
}

function feedback(spec, block, world) {
  const one = (choice, sign) => choice && h("button", {
    type: "button", class: "button", "aria-label": choice.accessibility_label, data: { focus: `${focusName(spec, block)}/${choice.value}`, action: spec.action_id ?? "" },
    onclick: (event) => press(spec, block, world, event.currentTarget, { value: choice.value }),
  }, h("span", { "aria-hidden": "true" }, sign), " ", words(choice.text));
  return h("div", { class: "button-row", role: "group", "aria-label": "Feedback" }, one(spec.positive_button, "👍"), one(spec.negative_button, "👎"));
}

function iconElement(spec, block, world) {
  const name = spec.accessibility_label || words(spec.text) || spec.icon;
  return h("button", { type: "button", class: "icon-button", "aria-label": name, title: name, data: { focus: focusName(spec, block), action: spec.action_id ?? "" },
    onclick: (event) => press(spec, block, world, event.currentTarget, { value: spec.value }) }, icon(spec.icon));
}

function overflow(spec, block, world) {
  const open = (event) => {
    const anchor = event.currentTarget;
    openMenu(anchor, "More actions", (spec.options ?? []).map((option) => ({
      label: words(option.text), hint: words(option.description), href: safeUrl(option.url) ?? undefined,
      onselect: () => press(spec, block, world, anchor, { selected_option: option }),
    })));
  };
  return h("button", { type: "button", class: "icon-button overflow", "aria-label": "More actions", "aria-haspopup": "menu", "aria-expanded": "false", data: { focus: focusName(spec, block), action: spec.action_id ?? "" }, onclick: open }, icon("more"));
}

// ------------------------------------------------------------------ selects

const optionOf = (option) => ({ key: option.value, label: words(option.text), description: words(option.description), raw: option });
const bare = (id, label, description) => ({ key: id, label, description, raw: id });

/** Slack's options and option_groups as the picker's groups. */
export function groupsOf(spec) {
  if (spec.option_groups?.length) return spec.option_groups.map((group) => ({ label: words(group.label), options: (group.options ?? []).map(optionOf) }));
  return [{ options: (spec.options ?? []).map(optionOf) }];
}

const personChoices = (world) => [{ options: world.people().map((person) => bare(person.id, person.real_name || person.name, [person.title, person.team_name].filter(Boolean).join(", "))) }];

function placeChoices(world, filter) {
  const wanted = filter?.include;
  const kind = (channel) => (channel.is_im ? "im" : channel.is_mpim ? "mpim" : channel.is_private ? "private" : "public");
  const fits = (channel) => (!wanted || wanted.includes(kind(channel))) && !(filter?.exclude_external_shared_channels && channel.is_ext_shared) && !(filter?.exclude_bot_users && channel.is_im && world.person(channel.peer)?.is_bot);
  return [{ options: world.conversations().filter(fits).map((channel) => bare(channel.id, channel.is_im ? world.person(channel.peer)?.real_name ?? channel.id : `#${channel.name}`)) }];
}

// type -> [key of one, key of many, where options come from]
const SELECTS = {
  static_select: ["selected_option", groupsOf],
  external_select: ["selected_option", () => []],
  users_select: ["selected_user", (spec, world) => personChoices(world)],
  conversations_select: ["selected_conversation", (spec, world) => placeChoices(world, spec.filter)],
  channels_select: ["selected_channel", (spec, world) => placeChoices(world, { include: ["public"] })],
};

function initialOf(spec, multi, one, groups) {
  const given = multi ? spec[`initial_${one.replace("selected_", "")}s`] : spec[`initial_${one.replace("selected_", "")}`];
  const list = given === undefined || given === null ? [] : multi ? given : [given];
  const all = groups.flatMap((group) => group.options);
  return list.map((item) => (typeof item === "string" ? all.find((option) => option.key === item) ?? bare(item, item) : optionOf(item)));
}

function select(spec, block, world, { label, dispatch }) {
  const multi = spec.type.startsWith("multi_");
  const [one, source] = SELECTS[spec.type.replace("multi_", "")];
  const groups = source(spec, world);
  const answer = (chosen) => (multi ? { [`${one}s`]: chosen.map((option) => option.raw) } : { [one]: chosen[0]?.raw ?? null });
  const node = picker({
    name: label?.text ?? (words(spec.placeholder) || spec.action_id), placeholder: words(spec.placeholder) || (multi ? "Choose…" : "Choose one…"),
    groups, multi, most: spec.max_selected_items ?? Infinity,
    load: spec.type.endsWith("external_select") ? (query) => world.options(spec, block, query) : undefined,
    chosen: world.kept(block, spec)?.chosen ?? initialOf(spec, multi, one, groups),
    onchange: (chosen) => dispatch && press(spec, block, world, node, answer(chosen)),
    props: { data: { focus: focusName(spec, block), action: spec.action_id ?? "" } },
  });
  world.keep(block, spec, () => ({ value: { type: spec.type, ...answer(node.chosen) }, empty: node.chosen.length === 0, chosen: node.chosen }));
  return node;
}

// ------------------------------------------------------------------ choices

function choices(spec, block, world, { label, dispatch }) {
  const many = spec.type === "checkboxes";
  const group = freshId("choice");
  const kept = world.kept(block, spec)?.picked ?? (many ? spec.initial_options ?? [] : [spec.initial_option].filter(Boolean)).map((option) => option.value);
  const inputs = (spec.options ?? []).map((option, at) => h("input", { type: many ? "checkbox" : "radio", name: group, id: `${group}-${at}`, checked: kept.includes(option.value), data: { focus: `${focusName(spec, block)}/${option.value}` } }));
  const picked = () => spec.options.filter((_, at) => inputs[at].checked);
  const answer = () => (many ? { selected_options: picked() } : { selected_option: picked()[0] ?? null });
  const rows = (spec.options ?? []).map((option, at) => h("div", { class: "choice" }, inputs[at], h("label", { for: `${group}-${at}` },
    rich(option.text, world), option.description ? h("span", { class: "menu-hint" }, rich(option.description, world)) : null)));
  const node = h("div", { class: "choices", role: many ? "group" : "radiogroup", "aria-label": label ? undefined : words(spec.placeholder) || "Choices", "aria-labelledby": label?.id, data: { action: spec.action_id ?? "" } }, rows);
  node.addEventListener("change", () => dispatch && press(spec, block, world, node, answer()));
  world.keep(block, spec, () => ({ value: { type: spec.type, ...answer() }, empty: picked().length === 0, picked: picked().map((option) => option.value) }));
  return node;
}

function rich(text, world) {
  return text?.type === "mrkdwn" ? mrkdwnInline(text.text, world) : words(text);
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
    first: (spec, world) => (spec.initial_date_time ? asLocal(spec.initial_date_time, world.tz) : ""), out: (text, world) => asMoment(text, world.tz) },
};

function date(spec, block, world, { label, dispatch }) {
  const kind = DATES[spec.type];
  const input = h("input", { type: kind.type, class: "text-input", id: label?.for, "aria-label": label ? undefined : words(spec.placeholder) || "Date", value: world.kept(block, spec)?.text ?? kind.first(spec, world) ?? "", data: { focus: focusName(spec, block), action: spec.action_id ?? "" } });
  const answer = () => ({ [kind.key]: input.value ? (kind.out ? kind.out(input.value, world) : input.value) : null });
  let waiting;
  input.addEventListener("change", () => {
    clearTimeout(waiting);
    if (dispatch) waiting = setTimeout(() => press(spec, block, world, input, answer()), TYPING_MS);
  });
  world.keep(block, spec, () => ({ value: { type: spec.type, ...answer() }, empty: !input.value, text: input.value }));
  return input;
}

const typed = (spec, block, world, how) => textInput(spec, block, world, { ...how, send: (node, value) => press(spec, block, world, node, { value }) });

const DRAWN = {
  button, overflow, icon_button: iconElement, feedback_buttons: feedback, workflow_button: button,
  checkboxes: choices, radio_buttons: choices,
  datepicker: date, timepicker: date, datetimepicker: date,
  plain_text_input: typed, email_text_input: typed, url_text_input: typed, number_input: typed, rich_text_input: typed,
  file_input: fileInput,
};
for (const type of Object.keys(SELECTS)) {
  DRAWN[type] = select;
  DRAWN[`multi_${type}`] = select;
}
