// Draws blocks into the page with a context of two people and one channel; what is pressed is kept in window.pressed.
async (blocks) => {
  const { drawBlocks } = await import("/static/js/blocks.js");
  const people = { U1: { id: "U1", name: "ana", real_name: "Ana Lindqvist", title: "Agent" }, U2: { id: "U2", name: "maya", real_name: "Maya Torres" } };
  window.pressed = [];
  window.fields = new Map();
  const context = {
    me: people.U1, tz: "America/New_York", now: () => 1795355000, headingLevel: 2,
    person: (id) => people[id] ?? null, channel: (id) => (id === "C1" ? { id, name: "ext-brightwater" } : null),
    usergroup: (id) => ({ S1: { handle: "support" } })[id], people: () => Object.values(people),
    conversations: () => [{ id: "C1", name: "ext-brightwater" }, { id: "C2", name: "secret", is_private: true }],
    asset: (url) => (url.startsWith("/static/") ? url : null), file: () => null,
    registerField: (block, spec, read) => window.fields.set(block.block_id, read), previousValue: () => undefined,
    ask: async () => true, options: async () => [], act: async (spec, block, answer) => { window.pressed.push({ id: spec.action_id, ...answer }); document.body.dataset.pressed = window.pressed.length; return true; },
  };
  const box = document.createElement("div");
  box.id = "drawn";
  box.append(...drawBlocks(blocks, context));
  document.getElementById("drawn")?.remove();
  document.getElementById("conversation").replaceChildren(box);
}
