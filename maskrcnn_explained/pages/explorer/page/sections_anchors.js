// 3 Anchors and RPN: the boxes that every cell offers, and how sure the RPN is of each.
const anchors = addSection(
  "anchors",
  "Anchors and RPN: where is something?",
  "Every cell of every level offers the same few boxes, the anchors, whatever the picture shows. " +
    "The RPN gives each an objectness, and deltas that move it. Point at the picture, or at a map " +
    "below, or tap.",
  ["03_rpn"],
);
const anchorPair = make("div", { class: "sides" });
anchors.body.append(anchorPair);
const anchorView = makePicture(anchorPair, "The anchors of the cells under the pointer; arrow keys move it", {
  keys: true,
});
const anchorSide = make("div", { class: "facts" }, make("table", { class: "numbers", id: "anchor-scores" }));
anchorPair.append(anchorSide);
const FACTORS = [
  [0.5, "half"],
  [1, "as trained"],
  [2, "twice"],
];
const baseScales = START.anchor_scales;
if (LIVE)
  choiceKnob(anchorSide, "anchor_scales", "Anchor scales", FACTORS, {
    read: ({ anchor_scales }) => anchor_scales[0] / baseScales[0],
    write: (settings, factor) => {
      settings.anchor_scales = baseScales.map((scale) => scale * factor);
    },
  });
const shownLevels = { only: "" }; // "": all levels
const levelBox = make("fieldset", { class: "knob plain" }, make("legend", {}, "Show the anchors of"));
for (const name of ["", ...LEVELS]) {
  const input = make("input", { type: "radio", name: "anchor-level", value: name, checked: !name });
  input.addEventListener("change", () => {
    shownLevels.only = name;
    showAnchors();
  });
  levelBox.append(
    make(
      "label",
      { class: "pill" },
      input,
      make("span", {}, name ? swatch(levelColour(name)) : "", name || "all"),
    ),
  );
}
anchorSide.prepend(levelBox);

/** The anchors of a cell of a level: [{ box, score, index }]. */
function anchorsOf(name, cell) {
  const { result } = state,
    ratios = result.settings.anchor_ratios.length;
  let first = 0;
  for (const level of LEVELS.slice(0, LEVELS.indexOf(name)))
    first += ratios * result[level].shape[0] * result[level].shape[1];
  first += ratios * (cell[0] * result[name].shape[1] + cell[1]);
  return Array.from({ length: ratios }, (_, r) => ({
    index: first + r,
    box: boxOf(result.anchors, first + r),
    score: result.rpn_probs.data[2 * (first + r) + 1],
  }));
}

function showAnchors() {
  if (!state.result) return;
  const layer = fresh(anchorView),
    it = chosenOne(),
    table = byId("anchor-scores");
  const ratios = state.result.settings.anchor_ratios.map((ratio) => make("th", {}, String(ratio)));
  table.replaceChildren(
    make("caption", {}, "Objectness, by width / height"),
    make("tr", {}, make("th", {}, "level"), make("th", {}, "cell"), ...ratios),
  );
  for (const name of [...LEVELS].reverse()) {
    const cell = cellAt(name, state.point),
      own = anchorsOf(name, cell);
    table.append(
      make(
        "tr",
        { class: shownLevels.only && shownLevels.only !== name ? "off" : "" },
        make("th", {}, swatch(levelColour(name)), name),
        make("td", {}, cell.join(", ")),
        ...own.map(({ score, index }) =>
          make(
            "td",
            { class: `${score >= 0.5 ? "good" : ""}${it?.anchor.index === index ? " mine" : ""}` },
            fixed(score, 2),
          ),
        ),
      ),
    );
    if (shownLevels.only && shownLevels.only !== name) continue;
    drawBox(layer, cellBox(name, cell), { fill: levelColour(name), "fill-opacity": 0.35, stroke: "none" });
    for (const { box, score } of own) {
      const look = { "stroke-width": 1.2 + 1.8 * score, class: "anchor" };
      if (score >= 0.5) outlined(layer, box, levelColour(name), look);
      else drawBox(layer, box, { stroke: levelColour(name), ...look });
    }
  }
  if (it) outlined(layer, it.anchor.box, ANCHOR, { "stroke-width": 3, class: "own-mark" });
  draw(layer, "circle", { cx: state.point[1], cy: state.point[0], r: state.result.size[1] / 130, class: "dot" });
}

watchPoint(
  anchorView,
  (point) => {
    if (state.result) lookAt(point);
  },
  (by) => {
    if (state.result) lookAt(state.point.map((value, i) => value + 4 * by[i]));
  },
);
on("result", ({ result }) => {
  setGround(anchorView, result.url, result.size);
  anchorView.words.textContent =
    `${count(result.anchors.data?.length / 4 || result.anchors.length / 4)} anchors in all; thick ` +
    `lines have an objectness of one half or more`;
});
on("point", showAnchors);
on("chosen", () => {
  const it = chosenOne();
  showAnchors();
  say(
    "anchors-own",
    it
      ? `Instance ${it.index + 1} began as anchor ${count(it.anchor.index)} (orange): level ` +
          `${it.anchor.level}, cell ${list(it.anchor.cell, 0)}, width / height ${it.anchor.ratio}. ` +
          `Its objectness is ${fixed(it.anchor.objectness, 3)}; its deltas ${list(it.anchor.deltas, 2)} move it.`
      : "",
  );
});
