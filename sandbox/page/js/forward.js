// The dialog in which a person forwards a message to another channel or person.

import { RequestError } from "./api.js";
import { toast } from "./dialogs.js";
import { freshId, h } from "./dom.js";
import { wireText } from "./mentions.js";
import { picker } from "./picker.js";

export function openForward(session, message) {
  const id = freshId("forward");
  const problem = h("p", { class: "problem", role: "alert" });
  const target = picker({ name: "Forward to", placeholder: "Choose a channel or person", groups: targets(session) });
  const comment = h("textarea", { class: "text-input", id: `${id}-comment`, rows: 3 });
  const dialog = h("dialog", { class: "dialog dialog-small", "aria-labelledby": id },
    h("form", { method: "dialog", novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      send({ session, message, dialog, target, comment, problem });
    } },
      h("h2", { id, class: "dialog-title" }, "Forward this message"),
      h("div", { class: "dialog-body stack" }, h("div", { class: "label" }, "To"), target, h("label", { for: comment.id }, "Comment (optional)"), comment, problem),
      h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel"), h("button", { type: "submit", class: "button primary" }, "Forward"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function targets(session) {
  const option = (key, label, description) => ({ key, label, description, raw: key });
  const { channels, people } = session.state;
  const places = channels.filter((channel) => !channel.is_im && !channel.is_archived).map((channel) => option(channel.id, `#${channel.name}`, session.partners(channel).join(", ")));
  const persons = people.filter((person) => person.id !== session.as && !person.deleted && (!person.is_bot || person.id === session.state.app?.bot_user_id))
    .map((person) => option(person.id, person.real_name || person.name, person.title));
  return [{ label: "Channels", options: places }, { label: "People", options: persons }];
}

async function send({ session, message, dialog, target, comment, problem }) {
  const [chosen] = target.chosen;
  if (!chosen) {
    problem.textContent = "Choose where to forward it.";
    target.focus();
    return;
  }
  try {
    await session.post("forwards", { channel: message.channel, ts: message.ts, to: chosen.raw, text: wireText(comment.value.trim(), session) });
    dialog.close();
    toast(`Forwarded to ${chosen.label}.`);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    problem.textContent = error.message;
  }
}
