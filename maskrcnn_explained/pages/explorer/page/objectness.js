// The objectness of each level as a map: per cell the best of its anchors.
const heatRow = make("div", { class: "heats" });
anchors.body.append(
  make("h3", {}, "Objectness per level"),
  make("p", { class: "hint" }, `Each map shows the best objectness of each cell's anchors: black 0, bright 1. ${facts.entering}`),
  heatRow,
);
const heatViews = LEVELS.map((name) => {
  const view = makePicture(heatRow, `Objectness on ${name}`);
  view.figure.style.setProperty("--own", levelColour(name));
  for (const kind of ["pointermove", "pointerdown"])
    view.svg.addEventListener(kind, (event) => {
      if (state.result) lookAt(place(view.svg, event));
    });
  return view;
});

on("result", ({ result }) => {
  const ratios = result.settings.anchor_ratios.length,
    scores = result.rpn_probs.data;
  let first = 0;
  LEVELS.forEach((name, i) => {
    const [h, w] = result[name].shape,
      best = new Float32Array(h * w);
    for (let at = 0; at < h * w * ratios; at++) {
      const cell = Math.floor(at / ratios),
        score = scores[2 * (first + at) + 1];
      if (score > best[cell]) best[cell] = score;
    }
    const born = bornOn(result, i);
    setGround(heatViews[i], heatUrl(best, h, w, 1), result.size, "map");
    heatViews[i].words.replaceChildren(
      make("strong", {}, name),
      ` scale ${result.settings.anchor_scales[i]}: best ${fixed(largest(best), 2)}; ` +
        `${several(born, "proposal")} began here`,
    );
    first += h * w * ratios;
  });
});

function showHeatCells() {
  const it = chosenOne();
  LEVELS.forEach((name, i) => {
    const layer = fresh(heatViews[i]);
    if (!state.result) return;
    drawBox(layer, cellBox(name, cellAt(name, state.point)), { stroke: "#fff", "stroke-width": 1.5 });
    const own = it?.anchor.level === name;
    heatViews[i].figure.classList.toggle("own-level", own);
    if (own) outlined(layer, cellBox(name, it.anchor.cell), ANCHOR, { "stroke-width": 2.5, class: "own-mark" });
  });
}
on("point", showHeatCells);
on("chosen", showHeatCells);

/** How many proposals began as an anchor of a level. */
function bornOn({ rpn_candidates: { source, won } }, level) {
  return source.reduce((sum, anchor, i) => sum + (won[i] >= 0 && levelOfAnchor(anchor) === level ? 1 : 0), 0);
}
