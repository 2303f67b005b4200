// The URL follows the view, and a permalink opens its place. Reads and writes location; knows no pane.

/** "?channel=C&ts=T&thread=T&as=U&panel=guide&home=1" -> the place it names. Slack's thread_ts is understood too. */
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
  };
}

function writeAddress(session) {
  const { channel, thread, ts, home } = session.place;
  const panel = session.panel === "thread" ? null : session.panel;
  const parts = { as: session.as, channel, home: home ? "1" : null, thread, ts, panel };
  return `/?${new URLSearchParams(Object.entries(parts).filter(([, value]) => value))}`;
}

/** Keeps location and session in step, both ways. */
export function followAddress(session) {
  let going = false;
  session.on("place", () => {
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

/** A link that leads into this sandbox -> the place, else null. "/archives/C1/p1700000000000100?thread_ts=..." */
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

/** The address under which a message can be found again. */
export function permalink(message) {
  const thread = message.thread_ts && message.thread_ts !== message.ts ? `?thread_ts=${message.thread_ts}` : "";
  return `${location.origin}/archives/${message.channel}/p${message.ts.replace(".", "")}${thread}`;
}
