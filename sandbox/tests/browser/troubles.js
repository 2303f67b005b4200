// Everything about the open page that would trouble somebody who listens or has no mouse.
() => {
  const found = [];
  const visible = (node) => node.checkVisibility({ visibilityProperty: true });
  const nameOf = (node) => {
    const by = (node.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    const labels = [...(node.labels ?? [])].map((label) => label.textContent).join(" ");
    return (node.getAttribute("aria-label") || by || labels || node.textContent || node.getAttribute("title") || "").trim();
  };
  const controls = "button, a[href], input, select, textarea, summary, dialog[open], nav, aside, form, [role=listbox], [role=menu], [role=group], [role=img]";
  for (const node of document.querySelectorAll(controls)) {
    if (visible(node) && node.getAttribute("aria-hidden") !== "true" && !nameOf(node)) found.push("no name: " + node.outerHTML.slice(0, 120));
  }
  for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("alt")) found.push("no alt: " + image.outerHTML.slice(0, 120));
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push("twice: #" + id);
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant", "for"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      for (const id of node.getAttribute(name).split(" ")) if (!document.getElementById(id)) found.push(`${name} leads nowhere: ${id}`);
    }
  }
  const headings = [...document.querySelectorAll("h1")].filter(visible);
  if (headings.length !== 1) found.push(headings.length + " h1");
  for (const node of document.querySelectorAll("[tabindex]")) if (node.tabIndex > 0) found.push("tabindex > 0: " + node.outerHTML.slice(0, 80));
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is wider than the window");
  return found;
}
