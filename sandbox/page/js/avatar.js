// Avatars: the initials of a person on their colour, with a readable contrast.

import { h, icon } from "./dom.js";

/** {name, color, isApp?} -> a node, hidden from screen readers because the name is beside it. */
export function avatar({ name, color, isApp }, size = "") {
  const shade = toHex(color);
  return h("span", { class: `avatar ${isApp ? "avatar-app" : ""} ${size}`, "aria-hidden": "true", vars: { "--face": shade, "--ink": inkOn(shade) } }, isApp ? icon("app") : initials(name));
}

export function initials(name) {
  const words = String(name).replace(/[^\p{L}\p{N}\s]/gu, "").trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0][0], words.at(-1)[0]] : [words[0]?.[0] ?? "?"];
  return letters.join("").toUpperCase();
}

function toHex(color) {
  const text = String(color ?? "").trim();
  const short = /^#?([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text);
  if (short) return `#${short.slice(1).map((digit) => digit + digit).join("")}`;
  return /^#?[0-9a-f]{6}$/i.test(text) ? `#${text.replace("#", "")}` : "#64748b";
}

/** Black or white, whichever has the better contrast (relative luminance of WCAG). */
function inkOn(hex) {
  const part = (at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? "#ffffff" : "#10151a";
}
