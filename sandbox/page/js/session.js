// The session: the person who acts, what they see, and which place is open. Emits an event when something changes.
//
// Events: "state" (people, channels, clock, delivery), "place" (channel, thread, panel), "messages" (detail: the change),
// "views" (detail: modal_stack), "home" (detail: view), "traffic" (detail: entry), "connection", "editing", "guide",
// "caught-up" (the stream is open: load again what may have been missed), "reload" (load everything again).

import { coalesce, subscribe, get, RequestError, retryLater, send } from "./api.js";

export class Session extends EventTarget {
  constructor() {
    super();
    this.as = null;
    this.state = { people: [], channels: [], joinable_channels: [], commands: [], shortcuts: [], guide: [], usergroups: [], delivery: {}, app: {}, me: null };
    this.place = { channel: null, home: false, thread: null, ts: null };
    this.panel = null;
    this.guideOpen = false;
    this.editing = null;
    this.connection = "connecting";
    this.ahead = 0;
    this.peopleVersion = 0; // counts changes of names and profiles, which messages show
    this.names = new Map();
    this.stop = null;
    this.refresh = coalesce(() => this.tryLoad());
  }

  emit(name, detail) {
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

  /** A channel by its id. A person's id means the IM with them, which may not exist yet (`isNew`). */
  channel(id) {
    const found = this.state.channels.find((channel) => channel.id === id || (channel.is_im && channel.peer === id)) ?? this.joinable(id);
    if (found || !this.person(id)) return found ?? null;
    return { id, is_im: true, peer: id, members: [this.as, id], unread: 0, topic: "", isNew: true };
  }

  /** A public channel that this person can read and join, but is not a member of. */
  joinable(id) { return this.state.joinable_channels.find((channel) => channel.id === id) ?? null; }

  usergroup(id) { return this.state.usergroups?.find((group) => group.id === id) ?? null; }
  get people() { return (this.byId ??= new Map(this.state.people.map((person) => [person.id, person]))); }
  get bot() { return this.person(this.state.app?.bot_user_id); }
  get botChannel() { return this.state.channels.find((channel) => channel.is_im && channel.peer === this.state.app?.bot_user_id) ?? null; }

  /** The author of a message: the person, or the app with the name that it chose. */
  author(message) {
    const person = this.person(message.user) ?? (message.bot_id ? this.bot : null);
    return {
      id: message.user ?? message.bot_id ?? "",
      name: message.username || person?.real_name || person?.name || message.user || "Somebody",
      color: person?.color || "#6b7280",
      isApp: Boolean(message.bot || message.bot_id || person?.is_bot),
      company: person && this.me && person.team !== this.me.team && !person.is_bot ? person.team_name : null,
      title: person?.title,
      deactivated: Boolean(person?.deleted),
    };
  }

  /** The name of any channel of the workspace, also of one that this person does not see; for the guide. */
  nameAnywhere(id) {
    const channel = this.channel(id);
    return channel?.is_im ? this.channelName(channel) : `#${channel?.name ?? this.names.get(id) ?? id}`;
  }

  /** The other organisations whose people are in a channel. */
  partners(channel) {
    const teams = channel.members.map((id) => this.person(id)).filter((person) => person && !person.is_bot && person.team !== this.me?.team);
    const names = new Set(teams.map((person) => person.team_name));
    return [...names];
  }

  channelName(channel) {
    if (!channel?.is_im) return channel?.name ?? "";
    const peer = this.person(channel.peer);
    return `${peer?.real_name || peer?.name || "Direct message"}${peer?.deleted ? " (deactivated)" : ""}`;
  }

  // ---------------------------------------------------------------- loading

  async load() {
    const asked = this.as;
    const state = await get("state", { as: asked });
    if (asked !== this.as) return;
    this.state = state;
    if (!asked) for (const channel of state.channels) this.names.set(channel.id, channel.name);
    this.byId = null;
    const people = JSON.stringify(state.people);
    if (people !== this.knownPeople) this.peopleVersion += 1;
    this.knownPeople = people;
    this.setClock(state);
    const begun = this.place.channel && this.channel(this.place.channel);
    const moved = begun && begun.id !== this.place.channel;
    if (moved) this.place.channel = begun.id;
    this.emit("state");
    if (moved) this.emit("place");
  }

  /** Loads the state. If the sandbox cannot be reached, the page stays as it is and tries again. -> whether it loaded. */
  async tryLoad() {
    try {
      await this.load();
      return true;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      retryLater(error, this.refresh);
      return false;
    }
  }

  setClock({ now, offset, frozen }) {
    Object.assign(this.state, { now, offset, frozen });
    this.ahead = now - Date.now() / 1000;
  }

  /** Acts as another person, and keeps the place if they can see it. */
  async actAs(id, place = {}) {
    this.as = id;
    this.editing = null;
    this.stop?.();
    await this.load();
    this.listen();
    const wanted = { ...this.place, ...place };
    const found = wanted.channel && this.channel(wanted.channel);
    const stays = found && (place.channel || !this.joinable(found.id));
    this.place = stays || wanted.home ? wanted : { channel: this.firstChannel()?.id ?? null, home: false, thread: null, ts: null };
    this.emit("reload");
    this.emit("place");
  }

  firstChannel() {
    return this.state.channels.find((channel) => channel.is_ext_shared) ?? this.state.channels.find((channel) => !channel.is_im) ?? this.state.channels[0];
  }

  listen() {
    let greeted = false;
    this.stop = subscribe(this.as, {
      onstatus: (status) => {
        this.connection = status;
        this.emit("connection");
      },
      onchange: (change) => {
        if (change.kind !== "hello") this.applyChange(change);
        else if (greeted) this.reload();
        else this.catchUp();
        if (change.kind === "hello") greeted = true;
      },
    });
  }

  /** Loads again what may have changed between loading the state and opening the stream. */
  catchUp() {
    this.refresh();
    this.emit("caught-up");
  }

  async reload() {
    if (!(await this.tryLoad()) || !this.me) return;
    this.emit("reload");
    this.emit("place");
  }

  applyChange(change) {
    switch (change.kind) {
      case "view": return this.emit("views", change.modal_stack);
      case "home": return this.emit("home", change.view);
      case "traffic": return this.emit("traffic", change.entry);
      case "clock": this.setClock(change); return this.emit("state");
      case "delivery": this.state.delivery = change.delivery ?? this.state.delivery; return this.emit("state");
      case "reset": return this.reload();
      case "channel":
      case "user": return this.refresh();
      default:
        this.emit("messages", change);
        if (change.kind !== "reaction") this.refresh();
    }
  }

  // ---------------------------------------------------------------- moving

  /** Opens a place: any of {channel, home, thread, ts, panel}. */
  go(place) {
    const moved = "channel" in place || "home" in place;
    if (moved) this.place = { channel: place.channel ?? null, home: Boolean(place.home), thread: place.thread ?? null, ts: place.ts ?? null };
    else Object.assign(this.place, { ts: null }, "thread" in place ? { thread: place.thread } : {}, place.ts ? { ts: place.ts } : {});
    if (place.thread) this.panel = "thread";
    else if (this.panel === "thread" && !this.place.thread) this.panel = null;
    if ("panel" in place) this.panel = place.panel;
    this.emit("place");
  }

  showGuide(open) {
    this.guideOpen = open;
    if (open) sessionStorage.removeItem("sandbox-guide-closed");
    else sessionStorage.setItem("sandbox-guide-closed", "yes");
    this.emit("guide");
  }

  post(path, body, method) {
    return send(path, { as: this.as, ...body }, method);
  }
}
