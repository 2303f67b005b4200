// The top bar: the person who acts, the clock of the workspace, the app's connection, colours, guide and inspector.

import { send, RequestError } from "./api.js";
import { avatar } from "./avatar.js";
import { toast } from "./dialogs.js";
import { h, icon, iconButton } from "./dom.js";
import { openMenu } from "./popover.js";
import { clockTime, fullMoment, shortDay, tomorrowMorning } from "./times.js";

export function mountTopbar(root, session) {
  const clock = mountClock(session);
  const bot = h("p", { class: "bot-state", role: "status" });
  const actAs = h("button", { type: "button", class: "act-as", id: "act-as", "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => choosePerson(event.currentTarget, session) });
  const guide = panelButton("guide", "Guide", "guide", () => session.showGuide(!session.guideOpen));
  const inspector = panelButton("inspector", "Inspector", "inspect", () => session.go({ panel: session.panel === "inspector" ? null : "inspector" }));
  const panels = h("div", { class: "panel-buttons", role: "group", "aria-label": "Panels" }, guide, inspector);
  root.append(clock, bot, h("span", { class: "spring" }), panels, themeButton(), actAs);
  session.on("state connection reload", () => {
    drawBot(bot, session);
    drawPerson(actAs, session);
  });
  session.on("place guide", () => {
    guide.setAttribute("aria-pressed", String(session.guideOpen));
    inspector.setAttribute("aria-pressed", String(session.panel === "inspector"));
  });
}

function panelButton(name, label, sign, onclick) {
  return h("button", { type: "button", class: "button panel-button", id: `${name}-button`, "aria-pressed": "false", "aria-label": label, onclick }, icon(sign), h("span", { class: "wide-words" }, label));
}

// ------------------------------------------------------------------ the person who acts

function drawPerson(button, session) {
  const me = session.me;
  if (!me) return;
  button.replaceChildren(avatar({ name: me.real_name, color: me.color }, "avatar-medium"), h("span", { class: "act-as-words" }, h("span", { class: "hint" }, "Acting as"), h("span", { class: "act-as-name" }, me.real_name)), icon("down"));
  button.setAttribute("aria-label", `Acting as ${me.real_name}, ${me.team_name}. Change`);
}

function choosePerson(anchor, session) {
  const people = session.state.people.filter((person) => !person.is_bot && !person.deleted);
  const teams = [...new Set(people.map((person) => person.team_name))];
  openMenu(anchor, "Act as", teams.flatMap((team) => [
    { heading: team },
    ...people.filter((person) => person.team_name === team).map((person) => ({
      label: person.real_name, hint: person.title, checked: person.id === session.as, lead: avatar({ name: person.real_name, color: person.color }, "avatar-medium"),
      onselect: () => session.actAs(person.id).catch((error) => toast(error.message, "problem")),
    })),
  ]));
}

// ------------------------------------------------------------------ the clock

function mountClock(session) {
  const day = h("span", { class: "clock-day" });
  const time = h("span", { class: "clock-time" });
  const ahead = h("span", { class: "clock-ahead" });
  const row = h("div", { class: "clock-buttons", role: "group", "aria-label": "Move the clock", id: "clock-buttons" });
  const toggle = h("button", { type: "button", class: "icon-button clock-toggle", "aria-label": "Move the clock", "aria-expanded": "false", "aria-controls": "clock-buttons", onclick: () => {
    const open = row.classList.toggle("is-open");
    toggle.setAttribute("aria-expanded", String(open));
  } }, icon("clock"));
  const move = (label, name, change) => h("button", { type: "button", class: "button small", "aria-label": name, onclick: () => setClock(session, change()) }, label);
  row.append(
    move("+5 min", "Five minutes later", () => ({ advance: 300 })),
    move("+30 min", "Thirty minutes later", () => ({ advance: 1800 })),
    move("+4 h", "Four hours later", () => ({ advance: 14400 })),
    move("Tomorrow", "To tomorrow morning at eight", () => ({ now: tomorrowMorning(session.now(), session.tz) })),
    move("Reset", "Back to the real time", () => ({ reset: true })));
  const face = h("div", { class: "clock-face" }, toggle, day, time, ahead);
  const draw = () => {
    const now = session.now();
    if (!session.state.now) return;
    day.textContent = shortDay(now, session.tz);
    time.textContent = clockTime(now, session.tz);
    face.title = `${fullMoment(now, session.tz)} (${session.tz})`;
    ahead.textContent = aheadWords(session.state.offset);
  };
  setInterval(draw, 1000);
  session.on("state reload", draw);
  return h("section", { class: "clock", "aria-label": "Workspace clock" }, face, row);
}

function aheadWords(offset) {
  const minutes = Math.round((offset ?? 0) / 60);
  if (!minutes) return "";
  const size = Math.abs(minutes);
  const parts = [[Math.floor(size / 1440), "d"], [Math.floor((size % 1440) / 60), "h"], [size % 60, "min"]];
  return `${parts.filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`).join(" ")} ${minutes > 0 ? "ahead" : "behind"}`;
}

async function setClock(session, change) {
  try {
    session.setClock(await send("clock", change));
    session.emit("state");
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    toast(error.message, "problem");
  }
}

// ------------------------------------------------------------------ connection and colours

function drawBot(node, session) {
  const { mode, connections = 0, pending = 0 } = session.state.delivery ?? {};
  const app = session.state.app?.name ?? "App";
  const [state, words] =
    session.connection === "lost" ? ["bad", "Sandbox cannot be reached, trying again"]
    : mode === "http" ? ["good", `${app} by HTTP`]
    : connections > 0 ? ["good", `${app} connected`] : ["bad", `${app} not connected`];
  const text = pending ? `${words}, ${pending} waiting` : words;
  if (node.textContent !== text) node.replaceChildren(h("span", { class: `status-dot status-dot-${state}`, "aria-hidden": "true" }), h("span", { class: "bot-words" }, text));
  node.title = text;
}

const THEMES = ["system", "light", "dark"];
const THEME_LOOK = { system: ["auto", "Colours follow the system"], light: ["sun", "Light colours"], dark: ["moon", "Dark colours"] };

function themeButton() {
  const button = iconButton("auto", "", () => {
    setTheme(THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length]);
    draw();
  });
  const draw = () => {
    const [sign, label] = THEME_LOOK[currentTheme()];
    button.replaceChildren(icon(sign));
    button.setAttribute("aria-label", `${label}. Change`);
    button.title = label;
  };
  draw();
  return button;
}

const currentTheme = () => document.documentElement.dataset.theme ?? "system";

export function setTheme(name) {
  const chosen = THEMES.includes(name) ? name : "system";
  document.documentElement.dataset.theme = chosen;
  localStorage.setItem("sandbox-theme", chosen);
}
