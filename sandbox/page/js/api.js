// Requests to the control API of the sandbox, and its stream of changes.

/** A request failed or was rejected: `code` for programs, `message` for people. */
export class RequestError extends Error {
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
    throw new RequestError("not_json", `The sandbox answered ${response.status} without valid JSON.`, response.status);
  }
  if (!response.ok) throw new RequestError(answer.error ?? "unknown", answer.detail, response.status);
  return answer;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new RequestError("unreachable", "The sandbox cannot be reached. Is it still running? Nothing that you wrote is lost. Try again when it runs.");
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

/** Subscribes to the changes that `as` can see. Handlers: {onchange(change), onstatus("live"|"lost")}. -> stop() */
export function subscribe(as, { onchange, onstatus }) {
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

/** Runs `again` later if the sandbox could not be reached. -> whether it will. */
export function retryLater(error, again) {
  if (error.code !== "unreachable") return false;
  setTimeout(again, RETRY_MS);
  return true;
}

/** -> a function that runs `work` soon: once for many calls, never twice at a time, and again for calls meanwhile. */
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
