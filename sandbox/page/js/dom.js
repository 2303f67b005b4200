// Creates the page's elements. Data only ever becomes text nodes and attributes, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** h("button", {class: "button", onclick: fn, "aria-label": "Close"}, "text", node, null) -> HTMLElement */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  append(node, children);
  return node;
}

function setProp(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "vars") for (const [key, text] of Object.entries(value)) node.style.setProperty(key, text);
  else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export function fragment(...children) {
  return append(document.createDocumentFragment(), children);
}

let counter = 0;
/** A unique id, for labels and descriptions. */
export function freshId(prefix = "id") {
  counter += 1;
  return `${prefix}-${counter}`;
}

// Drawn on a 20 x 20 grid with a round 1.6 pen.
const ICONS = {
  smile: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM7 11.8c.7 1 1.8 1.6 3 1.6s2.3-.6 3-1.6M7.6 8v.1M12.4 8v.1",
  thread: "M4 4.5h12v8.5H9l-3.5 3v-3H4zM7 7.5h6M7 10h4",
  edit: "m4 16 .8-3.3L13.3 4.2l2.5 2.5-8.5 8.5zM11.6 5.9l2.5 2.5",
  trash: "M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.8 10.5h7.4l.8-10.5M8.5 8.5v4.5M11.5 8.5v4.5",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
  close: "m5 5 10 10M15 5 5 15",
  back: "M12 4.5 6.5 10l5.5 5.5",
  forward: "M8 4.5 13.5 10 8 15.5",
  send: "M3.5 10h12M10.5 5l5 5-5 5",
  clip: "m14.5 9-5 5a3 3 0 0 1-4.3-4.3l5.6-5.5a2 2 0 0 1 2.9 2.9l-5.5 5.4a1 1 0 0 1-1.5-1.4l4.6-4.5",
  hash: "M7.5 3.5 6 16.5M13.5 3.5 12 16.5M3.8 7.5h13M3.2 12.5h13",
  lock: "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  app: "M4 4h5v5H4zM11 4h5v5h-5zM4 11h5v5H4zM11 13.5h5M13.5 11v5",
  home: "m3.5 9.5 6.5-5.5 6.5 5.5M5.5 8.5v8h9v-8M8.5 16.5v-4.5h3v4.5",
  guide: "M10 5.5C8 4 5.5 3.8 3 4v11.5c2.5-.2 5 .1 7 1.5 2-1.4 4.5-1.7 7-1.5V4c-2.5-.2-5 0-7 1.5ZM10 5.5V17",
  inspect: "M6 4.5v11M3.5 13 6 15.5 8.5 13M14 15.5v-11M11.5 7 14 4.5 16.5 7",
  sun: "M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M15.8 12A6.5 6.5 0 0 1 8 4.2a6.5 6.5 0 1 0 7.8 7.8Z",
  auto: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 3v14M10 6l5 2M10 10h7M10 14l5-2",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  down: "m5.5 8 4.5 4.5L14.5 8",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.2l2.8 1.8",
  file: "M5.5 2.5h6l3.5 3.5v11.5h-9.5zM11.5 2.5V6H15",
  download: "M10 3.5v9M6.5 9.5l3.5 3.5 3.5-3.5M4 16.5h12",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0l-2.6 2.6a3 3 0 0 0 4.3 4.3L10 14.3",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5ZM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  bolt: "M11 2.5 4.5 11.5H9.5L8.5 17.5 15.5 8.5H10.5Z",
};

/** A decorative drawing, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? ICONS.more);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}

/** Updates a list. Nodes with the same key and signature stay, and with them focus, typed text and pressed buttons. */
export function patchList(container, items, { key, signature, render }) {
  const before = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const focused = container.contains(document.activeElement) ? focusPath(container) : null;
  let cursor = container.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    const sign = signature(item);
    let node = before.get(id);
    before.delete(id);
    if (!node || node.patchSignature !== sign) {
      const made = render(item);
      made.dataset.key = id;
      made.patchSignature = sign;
      if (node) {
        if (cursor === node) cursor = made;
        node.replaceWith(made);
      }
      node = made;
    }
    if (node === cursor) cursor = cursor.nextElementSibling;
    else container.insertBefore(node, cursor);
  }
  for (const node of before.values()) node.remove();
  if (focused) restoreFocus(container, focused);
}

function focusPath(container) {
  const active = document.activeElement;
  const row = [...container.children].find((node) => node.contains(active));
  return row && { key: row.dataset.key, focus: active.dataset.focus };
}

function restoreFocus(container, { key, focus }) {
  if (container.contains(document.activeElement)) return;
  const row = [...container.children].find((node) => node.dataset.key === key);
  const same = focus && row && [...row.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focus);
  const target = same ?? row?.querySelector("[data-focus=row]") ?? row;
  target?.focus({ preventScroll: true });
}

/** Up, Down, Home and End move the focus among the elements below `root` that match `selector`. */
export function arrowKeys(root, selector) {
  root.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    const here = event.target.closest(selector);
    if (!(event.key in steps) || !here || event.target !== here) return;
    const all = [...root.querySelectorAll(selector)].filter((node) => node.offsetParent !== null);
    const at = all.indexOf(here) + steps[event.key];
    const next = all[Math.max(0, Math.min(all.length - 1, at))];
    event.preventDefault();
    next?.focus();
  });
}

/** Scrolls until `node` is in the middle; smoothly, unless the reader prefers reduced motion. */
export function scrollToCentre(node) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  node.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}
