// The composer of a channel or thread: text, files and slash commands. Drafts are kept until they are sent.

import { RequestError } from "./api.js";
import { completer } from "./completer.js";
import { freshId, h, icon, iconButton } from "./dom.js";
import { encodeFile, formatSize } from "./inputs.js";
import { wireText } from "./mentions.js";
import { failureText } from "./surface.js";

const drafts = new Map();

/** target() -> {channel, thread_ts?}. -> a form with .setPlace(label), .fill(text), .focusBox() */
export function composer(session, { label, target }) {
  const id = freshId("write");
  const box = h("textarea", { id, class: "composer-box", rows: 1, "aria-describedby": `${id}-hint ${id}-problem`, "aria-label": label });
  const picker = h("input", { type: "file", multiple: true, class: "unseen", tabindex: "-1", "aria-hidden": "true" });
  const fileList = h("ul", { class: "attached", "aria-label": "Attached files", hidden: true });
  const problem = h("p", { class: "problem", id: `${id}-problem`, role: "alert" });
  const submit = h("button", { type: "submit", class: "send-button", "aria-label": "Send", title: "Send (Enter)" }, icon("send"));
  const form = h("form", { class: "composer", "aria-label": label },
    h("div", { class: "composer-frame" }, fileList, box,
      h("div", { class: "composer-foot" }, iconButton("clip", "Attach files", () => picker.click()), picker,
        h("span", { class: "hint", id: `${id}-hint` }, "Enter sends, Shift+Enter starts a new line"), submit)),
    problem);
  const view = { session, form, box, fileList, problem, submit, target, files: [] };
  completer(session, box, form);
  wire(view, picker);
  form.setPlace = (words) => setPlace(view, words);
  form.fill = (text) => fill(view, text);
  form.focusBox = () => box.focus();
  return form;
}

function wire(view, picker) {
  const { form, box } = view;
  box.addEventListener("input", () => {
    drafts.set(view.key, box.value);
    grow(box);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.defaultPrevented) return;
    event.preventDefault();
    form.requestSubmit();
  });
  picker.addEventListener("change", () => {
    attach(view, [...picker.files]);
    picker.value = "";
  });
  box.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    attach(view, [...event.clipboardData.files]);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(view);
  });
}

const GROWS_ITSELF = CSS.supports("field-sizing", "content");

/** Makes the box as high as its text, in browsers without `field-sizing`. */
function grow(box) {
  if (GROWS_ITSELF) return;
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
}

function setPlace(view, words) {
  const { channel, thread_ts } = view.target();
  const key = [view.session.as, channel, thread_ts].join("/");
  view.box.placeholder = words;
  view.box.setAttribute("aria-label", words);
  if (key === view.key) return;
  view.key = key;
  view.files = [];
  view.problem.textContent = "";
  showFiles(view);
  view.box.value = drafts.get(key) ?? "";
  grow(view.box);
}

function fill(view, text) {
  view.box.value = text;
  drafts.set(view.key, text);
  grow(view.box);
  view.box.focus();
  view.box.setSelectionRange(text.length, text.length);
}

function attach(view, files) {
  view.files.push(...files);
  showFiles(view);
  view.box.focus();
}

function showFiles(view) {
  view.fileList.hidden = view.files.length === 0;
  view.fileList.replaceChildren(...view.files.map((file) => h("li", {}, h("span", {}, `${file.name} (${formatSize(file.size)})`), iconButton("close", `Remove ${file.name}`, () => {
    view.files = view.files.filter((other) => other !== file);
    showFiles(view);
    view.box.focus();
  }))));
}

async function send(view) {
  const text = view.box.value.trim();
  if ((!text && !view.files.length) || view.busy) return;
  const { key, files } = view;
  setBusy(view, true);
  try {
    const problem = await deliver(view, text);
    view.problem.textContent = problem ?? "";
    if (problem) return;
    drafts.delete(key);
    if (view.key !== key) return;
    view.files = view.files.filter((file) => !files.includes(file));
    showFiles(view);
    view.box.value = "";
    grow(view.box);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    view.problem.textContent = error.message;
  } finally {
    setBusy(view, false);
  }
}

function setBusy(view, busy) {
  view.busy = busy;
  view.form.setAttribute("aria-busy", String(busy));
  view.submit.classList.toggle("is-busy", busy);
}

/** Sends -> null, or a sentence that says why it failed. */
async function deliver(view, text) {
  const { session } = view;
  const place = view.target();
  const command = /^(\/[\w-]+)(?:\s+([\s\S]*))?$/.exec(text);
  if (command && !view.files.length) return runCommand(session, place, command[1], command[2] ?? "");
  const files = await Promise.all(view.files.map(encodeFile));
  await session.post("messages", { ...place, text: wireText(text, session), ...(files.length ? { files } : {}) });
  return null;
}

async function runCommand(session, place, command, text) {
  const known = session.state.commands.map((one) => one.command);
  if (!known.length) return session.me?.external
    ? "People of other organisations have no slash commands here. Write a message instead."
    : "The app has no slash commands.";
  if (!known.includes(command)) return `There is no command ${command}. The commands here are ${known.join(", ")}.`;
  if (place.thread_ts) return "Slash commands do not work in threads. Use the channel.";
  const result = await session.post("commands", { channel: place.channel, command, text: wireText(text, session) });
  return result.ok ? null : `${command} did not work. ${failureText(session, result.error)}`;
}
