// Popovers and menus beside a button. Escape or a click elsewhere closes them and returns the focus.

import { freshId, h, icon } from "./dom.js";

/** Shows `content` beside `anchor` -> {panel, close}. `onclose` runs once when it is closed. */
export function openPopover(anchor, content, { className = "", onclose } = {}) {
  const panel = h("div", { class: `popover ${className}`, popover: "auto" }, content);
  (anchor.closest("dialog") ?? document.body).append(panel);
  panel.showPopover();
  place(panel, anchor);
  anchor.setAttribute("aria-expanded", "true");
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (inside && anchor.isConnected) anchor.focus({ preventScroll: true });
    onclose?.();
  });
  return { panel, close: () => panel.isConnected && panel.hidePopover() };
}

function place(panel, anchor) {
  const gap = 6;
  const box = anchor.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const below = box.bottom + gap + height <= innerHeight || box.top < innerHeight / 2;
  const top = below ? Math.min(box.bottom + gap, innerHeight - height - gap) : box.top - gap - height;
  const left = box.left + width + gap <= innerWidth ? box.left : box.right - width;
  panel.style.top = `${Math.max(gap, top)}px`;
  panel.style.left = `${Math.max(gap, Math.min(left, innerWidth - width - gap))}px`;
}

/** A menu of {label, hint?, lead?, danger?, checked?, href?, onselect} and {heading} entries. */
export function openMenu(anchor, label, entries) {
  let popover;
  const list = h("div", { role: "menu", class: "menu", "aria-label": label });
  let group = list;
  for (const entry of entries) {
    if (entry.heading) {
      const id = freshId("menu");
      group = h("div", { role: "group", class: "menu-group", "aria-labelledby": id }, h("div", { class: "menu-heading", id, role: "presentation" }, entry.heading));
      list.append(group);
    } else group.append(menuItem(entry, () => popover.close()));
  }
  popover = openPopover(anchor, list, { className: "popover-menu" });
  list.addEventListener("keydown", (event) => walk(event, list, popover));
  (list.querySelector("[aria-checked=true]") ?? list.querySelector(".menu-item"))?.focus();
  return popover;
}

function menuItem(entry, close) {
  const radio = entry.checked !== undefined;
  const props = {
    class: `menu-item${entry.danger ? " danger" : ""}`,
    role: radio ? "menuitemradio" : "menuitem",
    "aria-checked": radio ? String(entry.checked) : undefined,
    tabindex: "-1",
    onclick: () => {
      close();
      entry.onselect?.();
    },
  };
  const words = h("span", { class: "menu-words" }, h("span", { class: "menu-label" }, entry.label), entry.hint ? h("span", { class: "menu-hint" }, entry.hint) : null);
  const inside = [entry.lead, words, entry.checked ? icon("check") : null];
  if (entry.href) return h("a", { ...props, href: entry.href, target: "_blank", rel: "noopener noreferrer" }, inside);
  return h("button", { ...props, type: "button" }, inside);
}

function walk(event, list, popover) {
  const all = [...list.querySelectorAll(".menu-item")];
  const here = all.indexOf(document.activeElement);
  const go = { ArrowDown: (here + 1) % all.length, ArrowUp: (here - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
  if (go !== undefined) {
    event.preventDefault();
    all[go].focus();
  } else if (event.key === "Tab") {
    event.preventDefault();
    popover.close();
  } else if (event.key.length === 1 && /\S/.test(event.key)) {
    const turn = [...all.slice(here + 1), ...all.slice(0, here + 1)];
    turn.find((node) => node.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  }
}
