// The explorer of the site, one page for all models. The address says which: ?model=nuclei. What all
// share comes from files beside this page, and so do the networks, settings and photographs of the
// chosen one. SHARED, SCRIPTS: files; MODELS: {name, title, file} of each, the first is the default;
// BYTES: the sizes of all files.
const find = (id) => document.getElementById(id);
const wanted = new URLSearchParams(location.search).get("model") || MODELS[0].name;
const model = MODELS.find(({ name }) => name === wanted);

function link(href, words, attributes = {}) {
  const made = Object.assign(document.createElement("a"), { href });
  made.append(...words);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const linkOf = ({ name, title }) =>
  link(`?model=${name}`, [name], name === model?.name ? { title, "aria-current": "page" } : { title });

/** Add a file's script to the page; promises its end. */
function load(file) {
  return new Promise((end, fail) => {
    const script = document.createElement("script");
    Object.assign(script, { src: file, onload: end, onerror: () => fail(file) });
    document.body.append(script);
  });
}

async function loadModel({ name, title, file }) {
  const bar = find("progress-bar"), large = [SHARED, file];
  const count = (loaded) => {
    bar.value += BYTES[loaded];
  };
  bar.max = BYTES[SHARED] + BYTES[file];
  document.title = `Mask R-CNN explorer: the model ${name}`;
  find("progress-text").textContent = `Loading the model ${title} (${(bar.max / 1e6).toFixed(1)} MB)`;
  try {
    await Promise.all(large.map((one) => load(one).then(() => count(one))));
    Object.assign(bar, { max: 1, value: 0 }); // the scripts count in parts of one
    await load(SCRIPTS);
    if (location.hash) find(location.hash.slice(1))?.scrollIntoView(); // sections came just now
  } catch (missing) {
    find("progress-text").textContent = `The file ${missing} did not load. It belongs beside this page.`;
    find("progress").classList.add("failed");
  }
}

function sayUnknown() {
  document.title = "Mask R-CNN explorer: no such model";
  const title = document.createElement("h1"), choice = document.createElement("p");
  title.textContent = `There is no model “${wanted}” here`;
  choice.className = "lead";
  choice.append("The address of this page asks for it. Choose one that is here: ");
  MODELS.forEach((one, i) => choice.append(i ? ", " : "", linkOf(one)));
  choice.append(".");
  document.querySelector("main").replaceChildren(title, choice);
}

find("models").append(...MODELS.map(linkOf));
const brand = document.querySelector(".brand");
brand.append(link("index.html", [...brand.childNodes], { title: "The course: start page" }));
if (model) loadModel(model);
else sayUnknown();
