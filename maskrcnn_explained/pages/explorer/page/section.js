// A section of the walk: one stage, with its place in the list at the side.
const sections = [];

/**
 * Add a section. `text` is one or two plain sentences;
 * returns { body, own }: where its pictures go, and the line about the chosen instance.
 */
function addSection(id, title, text) {
  const number = sections.length + 1;
  const body = make("div", { class: "body" }),
    own = make("p", { class: "own", id: `${id}-own` });
  const heading = make("h2", { id: `${id}-title` }, make("span", { class: "number" }, number), ` ${title}`);
  const element = make(
    "section",
    { class: "stage", id, "aria-labelledby": `${id}-title` },
    heading,
    make("p", { class: "text" }, text),
    body,
    own,
    bookLine(id),
  );
  byId("sections").append(element);
  byId("stages").append(
    make(
      "li",
      {},
      make("a", { href: `#${id}` }, make("span", { class: "number" }, number), ` ${title.split(":")[0]}`),
    ),
  );
  sections.push({ id, element });
  return { body, own, element };
}

/** Where to read on: headings of notebooks; links where the page knows their addresses. */
function bookLine(id) {
  const places = facts.read_on[id].map(({ notebook, heading, href }) => {
    const words = make("cite", {}, `${notebook}, ${heading}`);
    return make("li", {}, href ? make("a", { href }, words) : words);
  });
  return make("div", { class: "book" }, "Read on in the notebooks:", make("ul", {}, ...places));
}

/** Mark, in the list at the side, the section that is being read. */
function followReader() {
  const seen = new Set();
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.id);
      const now = sections.find(({ id }) => seen.has(id));
      for (const link of byId("stages").querySelectorAll("a")) {
        const own = now && link.hash === `#${now.id}`;
        if (own && link.getAttribute("aria-current") !== "true") showLink(link);
        link.setAttribute("aria-current", Boolean(own));
      }
    },
    { rootMargin: "-20% 0px -60% 0px" },
  );
  for (const { element } of sections) watch.observe(element);
}

/** On a narrow page the list is one line, which moves sideways. */
function showLink(link) {
  const row = byId("stages");
  row.scrollTo({ left: link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2, behavior: "instant" });
}
byId("stages").addEventListener("focusin", ({ target }) => {
  if (target.matches(":focus-visible")) showLink(target); // a key brought the focus here
});
