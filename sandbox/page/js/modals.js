// The app's modals in a <dialog>: the stack, updates, validation, submitting and closing.

import { get, RequestError } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { h, iconButton } from "./dom.js";
import { words } from "./elements.js";
import { plainText } from "./references.js";
import { makeSurface, failureText } from "./surface.js";

export function mountModals(session) {
  const dialog = h("dialog", { class: "dialog modal" });
  document.body.append(dialog);
  const view = { session, dialog, stack: [], surfaces: new Map(), drawn: null, updates: 0 };
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    close(view);
  });
  session.on("views", (stack) => {
    view.updates += 1;
    show(view, stack);
  });
  session.on("reload caught-up", () => refresh(view));
}

async function refresh(view) {
  const { updates } = view;
  try {
    const { modal_stack } = await get("views", { as: view.session.as });
    if (updates === view.updates) show(view, modal_stack);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
}

function show(view, stack) {
  view.stack = stack ?? [];
  const top = view.stack.at(-1);
  if (!top) {
    view.surfaces.clear();
    view.drawn = null;
    if (view.dialog.open) view.dialog.close();
    view.dialog.replaceChildren();
    view.dialog.removeAttribute("aria-labelledby");
    return;
  }
  const key = JSON.stringify([top.id, top.hash, top.blocks, top.title, top.submit, top.close, view.stack.length]);
  if (key === view.drawn) return;
  view.drawn = key;
  draw(view, top);
  if (!view.dialog.open) view.dialog.showModal();
}

function draw(view, top) {
  const { session, dialog } = view;
  const focus = dialog.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const surface = makeSurface(session, { type: "view", view_id: top.id }, { headingLevel: 3, before: view.surfaces.get(top.id) });
  view.surfaces.set(top.id, surface);
  const body = h("div", { class: "dialog-body" }, drawBlocks(top.blocks, surface));
  const problem = h("p", { class: "problem dialog-problem", role: "alert" });
  const submit = top.submit || top.blocks?.some((block) => block.type === "input")
    ? h("button", { type: "submit", class: "button primary", data: { focus: "modal/submit" } }, words(top.submit) || "Submit") : null;
  const closeButton = h("button", { type: "button", class: "button", data: { focus: "modal/close" }, onclick: () => close(view) }, words(top.close) || (submit ? "Cancel" : "Close"));
  const form = h("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    send(view, { top, surface, body, problem, submit });
  } }, body, problem, h("footer", { class: "dialog-foot" }, closeButton, submit));
  dialog.replaceChildren(h("header", { class: "dialog-head" },
    view.stack.length > 1 ? iconButton("back", "Back to the view before", () => close(view), { data: { focus: "modal/back" } }) : null,
    h("h2", { class: "dialog-title", id: "modal-title" }, plainText(words(top.title))),
    iconButton("close", "Close", () => close(view, view.stack.length > 1), { data: { focus: "modal/x" } })), form);
  dialog.setAttribute("aria-labelledby", "modal-title");
  restoreFocus(dialog, body, focus);
}

function restoreFocus(dialog, body, focus) {
  const same = focus && [...dialog.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus);
  const first = body.querySelector("[autofocus]") ?? body.querySelector("input:not([type=file]),textarea,.picker,button") ?? dialog.querySelector("footer .primary, footer .button");
  const target = same ?? first;
  if (dialog.open) target?.focus();
  else target?.setAttribute("autofocus", "");
}

async function close(view, clear = false) {
  const top = view.stack.at(-1);
  if (!top) return;
  view.surfaces.delete(top.id);
  try {
    await view.session.post("views/close", { view_id: top.id, ...(clear ? { clear } : {}) });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    if (error.code === "unreachable") show(view, []);
  }
  await refresh(view);
}

/** The errors that Slack finds before sending: {block_id: sentence}. */
function localProblems(surface) {
  const problems = {};
  for (const { block, read } of surface.fields.values()) {
    if (block.type !== "input") continue;
    const { empty, problem } = read();
    if (problem) problems[block.block_id] = problem;
    else if (empty && !block.optional) problems[block.block_id] = "Please fill this in.";
  }
  return problems;
}

function showProblems(body, problems) {
  let first = null;
  for (const block of body.querySelectorAll(".block-input")) {
    const words = problems[block.dataset.block];
    const line = block.querySelector(".problem");
    line.hidden = !words;
    line.textContent = words ?? "";
    const field = block.querySelector("[aria-describedby]");
    if (words) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
    first ??= words ? block.querySelector("input,textarea,button") : null;
  }
  first?.focus();
  return first !== null;
}

async function send(view, { top, surface, body, problem, submit }) {
  if (submit?.getAttribute("aria-busy") === "true") return;
  problem.textContent = "";
  if (showProblems(body, localProblems(surface))) return;
  submit?.setAttribute("aria-busy", "true");
  try {
    const answer = await view.session.post("views/submit", { view_id: top.id, values: surface.values() });
    if (answer.errors) {
      if (!showProblems(body, answer.errors)) problem.textContent = Object.values(answer.errors).join(" ");
    } else if (!answer.ok) problem.textContent = `${failureText(view.session, answer.error)} What you wrote is still here.`;
    else await refresh(view);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    problem.textContent = error.message;
  } finally {
    submit?.removeAttribute("aria-busy");
  }
}
