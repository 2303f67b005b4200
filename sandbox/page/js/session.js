// Who we act as, what they see, and where they stand. Tells the panes when something changed; draws nothing.
//
// Events: "state" (people, channels, clock, delivery), "place" (channel, thread, panel), "messages" (detail: the change),
// "views" (detail: modal_stack), "home" (detail: view), "traffic" (detail: entry), "connection", "editing",
// "caught-up" (the stream is open: read again what could have been missed), "reload" (everything anew).

import { coalesce, follow, get, Refused, retryLater, send } from "./api.js";

export class Session extends EventTarget {
  constructor() {
    super();
    this.as = null;
    this.state = { people: [], channels: [], commands: [], shortcuts: [], guide: [], usergroups: [], delivery: {}, app: {}, me: null };
    this.place = { channel: null, home: false, thread: null, ts: null };
    this.panel = null;
    this.editing = null;
    this.connection = "connecting";
    this.ahead = 0;
    this.names = new Map();
    this.stop = null;
    this.refresh = coalesce(() => this.loadCalmly());
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  on(names, work) {
    for (const name of names.split(" ")) this.addEventListener(name, (event) => work(event.detail));
  }

  // ---------------------------------------------------------------- looking up

  get me() { return this.state.me; }
  get tz() { return this.me?.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone; }
  now() { return this.state.frozen ? this.state.now : Date.now() / 1000 + this.ahead; }
  person(id) { return this.people.get(id) ?? null; }

  /** A channel by its id; for a person's id the direct messages with them, which may not have begun (`isNew`). */
  channel(id) {
    const found = this.state.channels.find((channel) => channel.id === id || (channel.is_im && channel.peer === id));
    if (found || !this.person(id)) return found ?? null;
    return { id, is_im: true, peer: id, members: [this.as, id], unread: 0, topic: "", isNew: true };
  }

  usergroup(id) { return this.state.usergroups?.find((group) => group.id === id) ?? null; }
  get people() { return (this.byId ??= new Map(this.state.people.map((person) => [person.id, person]))); }
  get bot() { return this.person(this.state.app?.bot_user_id); }
  get botChannel() { return this.state.channels.find((channel) => channel.is_im && channel.peer === this.state.app?.bot_user_id) ?? null; }

  /** Who wrote a message: the person, or the app under the name and colour it chose. */
  author(message) {
    const person = this.person(message.user) ?? (message.bot_id ? this.bot : null);
    return {
      id: message.user ?? message.bot_id ?? "",
      name: message.username || person?.real_name || person?.name || message.user || "Somebody",
      color: person?.color || "#6b7280",
      isApp: Boolean(message.bot || message.bot_id || person?.is_bot),
      company: person && this.me && person.team !== this.me.team && !person.is_bot ? person.team_name : null,
      title: person?.title,
    };
  }

  /** The name of any channel of the workspace, also of one that this person does not see; for the tour. */
  nameAnywhere(id) {
    const channel = this.channel(id);
    return channel?.is_im ? this.channelName(channel) : `#${channel?.name ?? this.names.get(id) ?? id}`;
  }

  /** Organisations other than ours that sit in a channel. */
  partners(channel) {
    const teams = channel.members.map((id) => this.person(id)).filter((person) => person && !person.is_bot && person.team !== this.me?.team);
    const names = new Set(teams.map((person) => person.team_name));
    return [...names];
  }

  channelName(channel) {
    if (!channel?.is_im) return channel?.name ?? "";
    const peer = this.person(channel.peer);
    return peer?.real_name || peer?.name || "Direct message";
  }

  // ---------------------------------------------------------------- loading

  async load() {
    const asked = this.as;
    const state = await get("state", { as: asked });
    if (asked !== this.as) return;
    this.state = state;
    if (!asked) for (const channel of state.channels) this.names.set(channel.id, channel.name);
    this.byId = null;
    this.setClock(state);
    const begun = this.place.channel && this.channel(this.place.channel);
    const moved = begun && begun.id !== this.place.channel;
    if (moved) this.place.channel = begun.id;
    this.tell("state");
    if (moved) this.tell("place");
  }

  /** Loads; when the sandbox is out of reach, what is shown stays and it is tried again. -> whether it went. */
  async loadCalmly() {
    try {
      await this.load();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      retryLater(error, this.refresh);
      return false;
    }
  }

  setClock({ now, offset, frozen }) {
    Object.assign(this.state, { now, offset, frozen });
    this.ahead = now - Date.now() / 1000;
  }

  /** Acts as somebody else from here on; keeps the place where they can see it. */
  async actAs(id, place = {}) {
    this.as = id;
    this.editing = null;
    this.stop?.();
    await this.load();
    this.listen();
    const wanted = { ...this.place, ...place };
    const sees = wanted.channel && this.channel(wanted.channel);
    this.place = sees || wanted.home ? wanted : { channel: this.firstChannel()?.id ?? null, home: false, thread: null, ts: null };
    this.tell("reload");
    this.tell("place");
  }

  firstChannel() {
    return this.state.channels.find((channel) => channel.is_ext_shared) ?? this.state.channels.find((channel) => !channel.is_im) ?? this.state.channels[0];
  }

  listen() {
    let greeted = false;
    this.stop = follow(this.as, {
      onstatus: (status) => {
        this.connection = status;
        this.tell("connection");
      },
      onchange: (change) => {
        if (change.kind !== "hello") this.take(change);
        else if (greeted) this.reload();
        else this.catchUp();
        if (change.kind === "hello") greeted = true;
      },
    });
  }

  /** What happened between reading the state and the stream's first word is read again. */
  catchUp() {
    this.refresh();
    this.tell("caught-up");
  }

  async reload() {
    if (!(await this.loadCalmly()) || !this.me) return;
    this.tell("reload");
    this.tell("place");
  }

  take(change) {
    switch (change.kind) {
      case "view": return this.tell("views", change.modal_stack);
      case "home": return this.tell("home", change.view);
      case "traffic": return this.tell("traffic", change.entry);
      case "clock": this.setClock(change); return this.tell("state");
      case "delivery": this.state.delivery = change.delivery ?? this.state.delivery; return this.tell("state");
      case "reset": return this.reload();
      case "channel": return this.refresh();
      default:
        this.tell("messages", change);
        if (change.kind !== "reaction") this.refresh();
    }
  }

  // ---------------------------------------------------------------- moving

  /** Goes somewhere: any of {channel, home, thread, ts, panel}. */
  go(place) {
    const moved = "channel" in place || "home" in place;
    if (moved) this.place = { channel: place.channel ?? null, home: Boolean(place.home), thread: place.thread ?? null, ts: place.ts ?? null };
    else Object.assign(this.place, { ts: null }, "thread" in place ? { thread: place.thread } : {}, place.ts ? { ts: place.ts } : {});
    if (place.thread) this.panel = "thread";
    else if (this.panel === "thread" && !this.place.thread) this.panel = null;
    if ("panel" in place) this.panel = place.panel;
    this.tell("place");
  }

  post(path, body, method) {
    return send(path, { as: this.as, ...body }, method);
  }
}
