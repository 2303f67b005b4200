// Confirmation dialogs and short notices.

import { freshId, h } from "./dom.js";

/** Asks for a confirmation -> Promise<boolean>. `title` and `text` are nodes or strings; `danger` colours the button. */
export function ask({ title, text, confirm = "Yes", deny = "No", danger = false }) {
  return new Promise((resolve) => {
    const id = freshId("ask");
    const yes = h("button", { type: "submit", class: `button ${danger ? "danger" : "primary"}`, value: "yes" }, confirm);
    const no = h("button", { type: "submit", class: "button", value: "no", autofocus: danger }, deny);
    const dialog = h("dialog", { class: "dialog dialog-small", "aria-labelledby": id, "aria-describedby": `${id}-text` },
      h("form", { method: "dialog" },
        h("h2", { id, class: "dialog-title" }, title),
        h("div", { id: `${id}-text`, class: "dialog-body" }, text),
        h("div", { class: "dialog-foot" }, no, yes)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Shows a notice for a few seconds; screen readers announce it. */
export function toast(words, kind = "news") {
  const region = document.getElementById("toasts");
  const line = h("div", { class: `toast toast-${kind}`, role: kind === "problem" ? "alert" : "status" }, words);
  region.append(line);
  setTimeout(() => line.remove(), kind === "problem" ? 9000 : 4000);
}
