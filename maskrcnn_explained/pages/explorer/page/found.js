// The photograph with what was found in it. A click on an instance chooses it; a click or a drag
// anywhere else asks why nothing was found there.
const foundView = makePicture(byId("photo-picture"), "The photograph with the instances found", {
  flat: true,
  caption: "Click or tap an object to choose it. Click or drag anywhere else: why was nothing found there?",
});

on("photo", ({ photo }) => {
  setGround(foundView, photo.url, [photo.height, photo.width]);
  foundView.still.replaceChildren();
  fresh(foundView);
});

on("result", () => {
  foundView.still.replaceChildren();
  for (const it of detections()) addInstance(it);
  const number = detections().length,
    { title } = state.photo;
  showLegend();
  byId("found").replaceChildren(
    FOUND.begin,
    make("strong", {}, number ? several(number, "object") : "no object"),
    ` in ${title}`,
    FOUND.end(),
    number
      ? `Click ${number > 1 ? "one" : "it"}, and follow it back, step by step, to the first guess that it grew from.`
      : FOUND.none,
  );
});

/** The classes that were found, in their colours, and how many of each. */
function showLegend() {
  const numbers = new Map();
  for (const { class_id } of detections()) numbers.set(class_id, (numbers.get(class_id) ?? 0) + 1);
  byId("legend").replaceChildren(
    ...[...numbers]
      .sort((a, b) => b[1] - a[1])
      .map(([classId, number]) =>
        make("li", {}, swatch(classColour(classId)), `${className(classId)}: ${number}`),
      ),
  );
}

function addInstance(it) {
  const shape = draw(foundView.still, "path", {
    d: it.path,
    fill: it.colour,
    stroke: it.colour,
    class: "instance",
    "data-index": it.index,
    "fill-rule": "evenodd",
    role: "button",
    tabindex: it.index ? -1 : 0,
    "aria-label": titleOf(it),
  });
  shape.style.setProperty("--turn", `${Math.min(it.index * 25, 900)}ms`);
  draw(shape, "title", {}, titleOf(it));
  shape.addEventListener("click", () => choose(it.index));
  shape.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(it.index);
  });
}

on("chosen", () => {
  const held = foundView.still.contains(document.activeElement);
  for (const shape of foundView.still.children) {
    const own = Number(shape.dataset.index) === state.chosen;
    shape.setAttribute("aria-pressed", own);
    shape.setAttribute("tabindex", own || (state.chosen < 0 && shape.dataset.index === "0") ? 0 : -1);
    if (own && held) shape.focus();
  }
  fresh(foundView);
  const it = chosenOne();
  byId("told").classList.toggle("missed", false);
  byId("told").replaceChildren(
    ...(it
      ? [
          swatch(it.colour),
          make("strong", {}, `Instance ${it.index + 1}: ${it.name}`),
          `, score ${fixed(it.score, 3)}, ${several(it.pixels, "pixel")}. It grew from one of ` +
            `${count(numberOf(state.result.anchors) / 4)} first guesses, the anchors. `,
          make("a", { href: "#walk", class: "button" }, "Follow it, step by step ↓"),
        ]
      : state.result && !detections().length
        ? ["Was something missed? Click on it, or drag a box around it: the page says which step lost it."]
        : []),
  );
});

on("missed", ({ missed }) => {
  fresh(foundView);
  byId("told").classList.toggle("missed", true);
  outlined(foundView.overlay, missed.box, MISSED, { "stroke-width": 3, class: "own-mark" });
  byId("told").replaceChildren(
    missed.was
      ? `Instance ${missed.was.index + 1}, ${missed.was.name}, is not found any more: `
      : missed.answer.reason === "found"
        ? "There: "
        : "Nothing found there: ",
    make("strong", {}, missed.answer.words),
    ". ",
    make("a", { href: "#missed", class: "button" }, "See which steps it passed ↓"),
  );
});

watchBoxes(foundView, (box) => askWhyNot(box));
