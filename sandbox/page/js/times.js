// Times as text, in the time zone of the person who is acting. All functions take unix seconds.

const LOCALE = "en-GB";
const formats = new Map();

function format(seconds, tz, options) {
  const key = JSON.stringify([tz, options]);
  if (!formats.has(key)) formats.set(key, makeFormat(tz, options));
  return formats.get(key).format(new Date(seconds * 1000));
}

function makeFormat(tz, options) {
  try {
    return new Intl.DateTimeFormat(LOCALE, { timeZone: tz || "UTC", ...options });
  } catch {
    return new Intl.DateTimeFormat(LOCALE, { timeZone: "UTC", ...options });
  }
}

export const clockTime = (seconds, tz) => format(seconds, tz, { hour: "2-digit", minute: "2-digit" });
export const clockSeconds = (seconds, tz) => format(seconds, tz, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const shortDay = (seconds, tz) => format(seconds, tz, { weekday: "short", day: "numeric", month: "short" });
export const fullMoment = (seconds, tz) => format(seconds, tz, { dateStyle: "full", timeStyle: "short" });
/** The day as "2026-11-22". */
export const dayKey = (seconds, tz) => {
  const { year, month, day } = wallClock(seconds, tz);
  return `${year}-${two(month)}-${two(day)}`;
};

const two = (number) => String(number).padStart(2, "0");

/** {year, month, day, hour, minute, second} in the time zone `tz`. */
export function wallClock(seconds, tz) {
  const options = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" };
  const parts = makeFormat(tz, options).formatToParts(new Date(seconds * 1000));
  return Object.fromEntries(parts.filter((part) => part.type !== "literal").map((part) => [part.type, Number(part.value)]));
}

/** The unix seconds of a local time in `tz`. The second round corrects for daylight saving. */
export function momentOf({ year, month, day, hour = 0, minute = 0 }, tz) {
  const wanted = Date.UTC(year, month - 1, day, hour, minute) / 1000;
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = wallClock(guess, tz);
    guess += wanted - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute, shown.second) / 1000;
  }
  return guess;
}

export function tomorrowMorning(now, tz, hour = 8) {
  const today = wallClock(now, tz);
  return momentOf({ year: today.year, month: today.month, day: today.day + 1, hour }, tz);
}

function near(seconds, now, tz) {
  const names = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
  const noon = (moment) => Date.parse(`${dayKey(moment, tz)}T12:00:00Z`) / 86400000;
  return names[Math.round(noon(seconds) - noon(now))];
}

export function dayLabel(seconds, now, tz) {
  const word = near(seconds, now, tz);
  if (word) return word[0].toUpperCase() + word.slice(1);
  const sameYear = wallClock(seconds, tz).year === wallClock(now, tz).year;
  return format(seconds, tz, { weekday: "long", day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
}

export function ago(seconds, now) {
  const gone = now - seconds;
  if (Math.abs(gone) < 45) return "just now";
  const size = Math.abs(gone);
  const [count, unit] =
    size < 3600 ? [Math.max(1, Math.floor(size / 60)), "minute"]
    : size < 86400 ? [Math.floor(size / 3600), "hour"] : [Math.floor(size / 86400), "day"];
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return gone >= 0 ? `${words} ago` : `in ${words}`;
}

const SHORT = { month: "short", day: "numeric", year: "numeric" };
const LONG = { weekday: "long", month: "long", day: "numeric", year: "numeric" };
const PLAIN = { month: "long", day: "numeric", year: "numeric" };

/** Replaces Slack's date tokens: "{date_short_pretty} at {time}" -> "today at 14:05". */
export function slackDate(seconds, pattern, now, tz) {
  const pretty = (options) => near(seconds, now, tz) ?? format(seconds, tz, options);
  const tokens = {
    date_num: () => dayKey(seconds, tz),
    date_slash: () => dayKey(seconds, tz).replaceAll("-", "/"),
    date: () => format(seconds, tz, PLAIN),
    date_pretty: () => pretty(PLAIN),
    date_short: () => format(seconds, tz, SHORT),
    date_short_pretty: () => pretty(SHORT),
    date_long: () => format(seconds, tz, LONG),
    date_long_full: () => format(seconds, tz, LONG),
    date_long_pretty: () => pretty(LONG),
    day_divider_pretty: () => pretty(LONG),
    time: () => clockTime(seconds, tz),
    time_secs: () => clockSeconds(seconds, tz),
    ago: () => ago(seconds, now),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name]() : whole));
}
