// The URL of the page: it follows the open place, and a permalink opens its message.

/** "?channel=C&ts=T&thread=T&as=U&panel=inspector&guide=0&home=1" -> the place. Slack's thread_ts works, too. */
export function readAddress(search = location.search) {
  const query = new URLSearchParams(search);
  const thread = query.get("thread") ?? query.get("thread_ts");
  return {
    as: query.get("as"),
    channel: query.get("channel"),
    thread: thread || null,
    ts: query.get("ts"),
    home: query.get("home") === "1",
    panel: query.get("panel"),
    guide: query.has("guide") ? query.get("guide") === "1" : null,
  };
}

function writeAddress(session) {
  const { channel, thread, ts, home } = session.place;
  const panel = session.panel === "thread" ? null : session.panel;
  const guide = session.state.guide?.length && !session.guideOpen ? "0" : null;
  const parts = { as: session.as, channel, home: home ? "1" : null, thread, ts, panel, guide };
  return `/?${new URLSearchParams(Object.entries(parts).filter(([, value]) => value))}`;
}

/** Keeps the location and the session the same, in both directions. */
export function followAddress(session) {
  let going = false;
  session.on("place guide", () => {
    const address = writeAddress(session);
    if (going || address === location.pathname + location.search) return;
    const before = readAddress();
    const stepped = before.channel !== session.place.channel || before.as !== session.as || before.thread !== session.place.thread;
    history[stepped && before.as ? "pushState" : "replaceState"](null, "", address);
  });
  addEventListener("popstate", async () => {
    const place = readAddress();
    going = true;
    try {
      if (place.as && place.as !== session.as) await session.actAs(place.as, place);
      else session.go(place);
    } finally {
      going = false;
    }
  });
}

/** A link into this sandbox -> the place, else null. "/archives/C1/p1700000000000100?thread_ts=..." */
export function placeOf(path) {
  const archive = /^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?/.exec(path);
  if (archive) {
    const ts = archive[2] ? `${archive[2]}.${archive[3]}` : null;
    const thread = new URLSearchParams(path.split("?")[1] ?? "").get("thread_ts");
    return { channel: archive[1], ts, thread: thread && thread !== ts ? thread : null };
  }
  if (!path.startsWith("/?")) return null;
  const place = readAddress(path.slice(1));
  return place.channel || place.home ? place : null;
}

/** The permalink of a message. */
export function permalink(message) {
  const thread = message.thread_ts && message.thread_ts !== message.ts ? `?thread_ts=${message.thread_ts}` : "";
  return `${location.origin}/archives/${message.channel}/p${message.ts.replace(".", "")}${thread}`;
}
