// 3 Anchors and RPN: the boxes that every cell offers, and how sure the RPN is of each.
const anchors = addSection(
  "anchors",
  "Anchors and RPN: where is something?",
  "Every cell of every level offers the same few boxes, the anchors, whatever the picture shows. " +
    "The RPN gives each an objectness, and deltas that move it. Point at the picture, or at a map " +
    "below, or tap.",
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

/** The anchors of a cell of a level: indices, boxes, objectness of each. */
function anchorsOf(name, cell) {
  const { anchors: all, rpn_probs: probs, size, settings } = state.result;
  const indices = core.anchorsOfCell(LEVELS.indexOf(name), cell, size, settings);
  return { indices, boxes: boxesAt(all, indices), scores: indices.map((i) => probs.data[2 * i + 1]) };
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
      { indices, boxes, scores } = anchorsOf(name, cell),
      off = shownLevels.only !== "" && shownLevels.only !== name;
    const mine = it ? indices.indexOf(it.anchor.index) : -1;
    table.append(scoreRow(name, levelColour(name), cell, scores, { off, mine }));
    if (!off) drawCellAnchors(layer, cellBox(name, cell), boxes, scores, levelColour(name));
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
