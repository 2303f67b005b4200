// The guided tour: steps from the workspace file, each can be set up with one press.

import { avatar } from "./avatar.js";
import { toast } from "./dialogs.js";
import { h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { makeSurface } from "./surface.js";

const DONE = "sandbox-guide-done";

export function guidePane(session, conversation) {
  const list = h("ol", { class: "steps" });
  const node = h("div", { class: "pane-body pane-scroll" }, h("p", { class: "pane-lead" }, "A tour of the desk. “Set it up” switches to the right person and channel and writes the text for you; you press Enter."), list);
  const view = { session, conversation, list, done: new Set(JSON.parse(sessionStorage.getItem(DONE) ?? "[]")) };
  session.on("state reload", () => draw(view));
  return { node, open: () => draw(view) };
}

function draw(view) {
  const { session, list } = view;
  const steps = session.state.guide ?? [];
  const key = JSON.stringify([steps, [...view.done], session.as]);
  if (key === view.drawn) return;
  view.drawn = key;
  const focus = list.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  list.replaceChildren(...(steps.length ? steps.map((step, at) => stepRow(view, step, at)) : [h("li", { class: "empty" }, "This workspace has no tour. Add a `guide` to its file to make one.")]));
  if (focus) list.querySelector(`[data-focus="${focus}"]`)?.focus();
}

function stepRow(view, step, at) {
  const { session } = view;
  const surface = makeSurface(session, { type: "message" });
  const done = view.done.has(at);
  const person = step.as && session.person(step.as);
  const place = step.channel && session.nameAnywhere(step.channel);
  const who = person ? h("p", { class: "step-who" }, avatar(session.author({ user: step.as }), "avatar-small"), [person.real_name, place && `in ${place}`].filter(Boolean).join(" ")) : null;
  return h("li", { class: `step${done ? " is-done" : ""}` },
    h("span", { class: "step-number", "aria-hidden": "true" }, done ? "✓" : at + 1),
    h("div", { class: "step-words" },
      h("h3", {}, step.title, done ? h("span", { class: "unseen" }, " (done)") : null), who,
      step.text ? h("p", { class: "step-text" }, step.text) : null,
      step.body ? h("div", { class: "step-body" }, mrkdwn(step.body, surface)) : null,
      h("button", { type: "button", class: `button${done ? "" : " primary"}`, data: { focus: `step-${at}` }, "aria-label": `${done ? "Set up again" : "Set it up"}: ${step.title}`, onclick: () => doIt(view, step, at).catch((error) => toast(error.message, "problem")) }, done ? "Set up again" : "Set it up")));
}

async function doIt(view, step, at) {
  const { session, conversation } = view;
  const place = step.channel ? { channel: step.channel, home: false, thread: null, ts: null } : { home: Boolean(step.home), channel: null, thread: null, ts: null };
  if (step.as && step.as !== session.as) await session.actAs(step.as, step.channel || step.home ? place : {});
  if (step.channel || step.home) session.go({ ...place, panel: "guide" });
  if (step.text) conversation.fill(step.text);
  view.done.add(at);
  sessionStorage.setItem(DONE, JSON.stringify([...view.done]));
  draw(view);
}
