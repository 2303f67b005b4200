// The HTML of nodes without attributes and paragraphs.
(nodes) => nodes.map((node) => {
  const copy = node.cloneNode(true);
  for (const one of copy.querySelectorAll("*")) for (const { name } of [...one.attributes]) if (name !== "start") one.removeAttribute(name);
  return copy.innerHTML.replace(/<\/?p>/g, "");
})
