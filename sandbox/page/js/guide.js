// The guide: the steps from the workspace file, one at a time. In a wide window it is a column of its own; in a narrow
// one a bar under the top, which unfolds.

import { get, RequestError } from "./api.js";
import { avatar } from "./avatar.js";
import { toast } from "./dialogs.js";
import { h, icon, iconButton } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { makeSurface } from "./surface.js";

const STORED = "sandbox-guide";

/** `composers`: {channel, thread}, where the text of a step is written. */
export function mountGuide(root, session, composers) {
  const view = { root, session, composers, ...stored(), unfolded: false };
  view.count = h("span", { class: "guide-count" });
  view.title = h("span", { class: "guide-title" });
  view.fold = h("button", { type: "button", class: "guide-fold", "aria-expanded": "false", "aria-controls": "guide-body", onclick: () => unfold(view, !view.unfolded) }, view.count, view.title, icon("down"));
  view.previous = iconButton("back", "Previous step", () => show(view, view.at - 1));
  view.next = iconButton("forward", "Next step", () => show(view, view.at + 1));
  view.body = h("div", { class: "guide-body", id: "guide-body", tabindex: "-1" });
  root.append(
    h("header", { class: "guide-head" }, h("h2", { class: "pane-title", id: "guide-title" }, "Guide"), view.fold, view.previous, view.next,
      iconButton("close", "Close the guide", () => close(view), { class: "icon-button guide-close" })),
    view.body);
  root.setAttribute("aria-labelledby", "guide-title");
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (view.unfolded) unfold(view, false);
    else close(view);
  });
  session.on("guide", () => {
    root.hidden = !session.guideOpen;
    document.body.classList.toggle("has-guide", session.guideOpen);
  });
  session.on("state reload", () => draw(view));
}

function stored() {
  const { at = 0, done = [] } = JSON.parse(sessionStorage.getItem(STORED) ?? "{}");
  return { at, done: new Set(done) };
}

function store(view) {
  sessionStorage.setItem(STORED, JSON.stringify({ at: view.at, done: [...view.done] }));
}

function close(view) {
  view.session.showGuide(false);
  document.getElementById("guide-button")?.focus({ preventScroll: true });
}

function unfold(view, open) {
  view.unfolded = open;
  view.root.classList.toggle("is-unfolded", open);
  view.fold.setAttribute("aria-expanded", String(open));
}

/** Makes step `at` the current one. */
function show(view, at) {
  view.at = at;
  store(view);
  draw(view);
  view.body.scrollTop = 0;
}

function draw(view) {
  const { session } = view;
  const steps = session.state.guide ?? [];
  view.at = Math.max(0, Math.min(view.at, steps.length - 1));
  const key = JSON.stringify([steps, view.at, [...view.done], session.as, session.state.people.length]);
  if (key === view.drawn) return;
  view.drawn = key;
  const step = steps[view.at];
  view.count.textContent = step ? `${view.at + 1} of ${steps.length}` : "";
  view.title.textContent = step?.title ?? "No steps";
  view.previous.disabled = view.at <= 0;
  view.next.disabled = view.at >= steps.length - 1;
  const focus = view.body.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  view.body.replaceChildren(...(step ? [currentStep(view, step), allSteps(view, steps)] : [h("p", { class: "empty" }, "This workspace has no guide. Add `guide` to its file.")]));
  if (focus) view.body.querySelector(`[data-focus="${focus}"]`)?.focus();
}

function currentStep(view, step) {
  const { session } = view;
  const surface = makeSurface(session, { type: "message" });
  const done = view.done.has(view.at);
  const person = step.as && session.person(step.as);
  const place = step.channel && session.nameAnywhere(step.channel);
  const who = [person?.real_name, place && `in ${place}`, step.thread && "in the newest thread"].filter(Boolean).join(", ").replace(", in ", " in ");
  return h("section", { class: "step", "aria-label": `Step ${view.at + 1}` },
    h("p", { class: "hint step-count" }, view.count.textContent),
    h("h3", {}, step.title),
    person ? h("p", { class: "step-who" }, avatar(session.author({ user: step.as }), "avatar-small"), who) : null,
    step.text ? h("p", { class: "step-text" }, step.text) : null,
    step.body ? h("div", { class: "step-body" }, mrkdwn(step.body, surface)) : null,
    h("div", { class: "button-row" },
      h("button", { type: "button", class: `button${done ? "" : " primary"}`, data: { focus: "set-up" }, onclick: () => setUp(view, step).catch((error) => toast(error.message, "problem")) }, done ? "Set up again" : "Set it up"),
      h("span", { class: "hint" }, setUpHint(step))));
}

function setUpHint(step) {
  const place = step.thread ? "thread" : "channel";
  return step.text ? `Goes to the person and ${place}, and writes the text for you. You press Enter.` : `Goes to the person and ${place}.`;
}

function allSteps(view, steps) {
  const row = (step, at) => h("li", {}, h("button", { type: "button", class: "step-link", "aria-current": at === view.at ? "step" : undefined, data: { focus: `step-${at}` }, onclick: () => show(view, at) },
    h("span", { class: "step-number", "aria-hidden": "true" }, view.done.has(at) ? "✓" : at + 1),
    h("span", {}, step.title, view.done.has(at) ? h("span", { class: "unseen" }, " (done)") : null)));
  return h("ol", { class: "steps", "aria-label": "All steps" }, steps.map(row));
}

/** Acts as the person of a step, opens its place, and writes its text into the composer there. */
async function setUp(view, step) {
  const { session, composers } = view;
  const place = step.channel ? { channel: step.channel, home: false, thread: null, ts: null } : {};
  if (step.as && step.as !== session.as) await session.actAs(step.as, place);
  if (step.channel) session.go(place);
  const thread = step.thread && (await newestThread(session, step.channel));
  if (step.thread && !thread) throw new RequestError("no_thread", `There is no thread in ${session.nameAnywhere(step.channel)} yet. An earlier step creates it.`);
  if (thread) session.go({ thread });
  if (step.text) (thread ? composers.thread : composers.channel).fill(step.text);
  view.done.add(view.at);
  store(view);
  unfold(view, false);
  draw(view);
}

async function newestThread(session, channel) {
  const { messages } = await get("messages", { as: session.as, channel, limit: 100 });
  return messages.filter((message) => message.reply_count && !message.is_ephemeral).at(-1)?.ts ?? null;
}
