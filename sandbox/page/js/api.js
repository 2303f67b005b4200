// Calls to the sandbox's control API, and its stream of changes. Knows nothing of what the page looks like.

/** An answer that was not ok: `code` for programs, `message` for people. */
export class Refused extends Error {
  constructor(code, detail, status) {
    super(detail || `The sandbox answered "${code}".`);
    this.code = code;
    this.status = status;
  }
}

async function answerOf(response) {
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Refused("not_json", `The sandbox answered ${response.status} without a body the page can read.`, response.status);
  }
  if (!response.ok) throw new Refused(answer.error ?? "unknown", answer.detail, response.status);
  return answer;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Refused("unreachable", "The sandbox cannot be reached. Is it still running? Nothing you wrote is lost; try again when it is back.");
  }
}

export async function get(path, params = {}) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== undefined && value !== null));
  return answerOf(await reach(`/sandbox/${path}${query.size ? `?${query}` : ""}`));
}

export async function send(path, body, method = "POST") {
  return answerOf(await reach(`/sandbox/${path}`, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

const RETRY_MS = 1500;

/** Follows the changes that `as` may see. handlers: {onchange(change), onstatus("live"|"lost")}. -> stop() */
export function follow(as, { onchange, onstatus }) {
  let source;
  let timer;
  const open = () => {
    source = new EventSource(`/sandbox/events?${new URLSearchParams(as ? { as } : {})}`);
    source.addEventListener("change", (event) => onchange(JSON.parse(event.data)));
    source.addEventListener("open", () => onstatus("live"));
    source.addEventListener("error", () => {
      onstatus("lost");
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(open, RETRY_MS);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** Runs `again` a little later when the sandbox was out of reach. -> whether it will. */
export function retryLater(error, again) {
  if (error.code !== "unreachable") return false;
  setTimeout(again, RETRY_MS);
  return true;
}

/** Runs `work` soon, once for many calls, never twice at a time; a call during the work runs it again afterwards. */
export function coalesce(work, pause = 25) {
  let timer = null;
  let running = false;
  let again = false;
  const run = async () => {
    timer = null;
    running = true;
    try {
      await work();
    } finally {
      running = false;
      if (again) {
        again = false;
        timer = setTimeout(run, pause);
      }
    }
  };
  return () => {
    if (running) again = true;
    else timer ??= setTimeout(run, pause);
  };
}
