// 5 RoIs: each proposal is read off one level, by its size, into a grid of the same size for all.
const rois = addSection(
  "rois",
  "RoI pooling: every box becomes a grid",
  "A proposal has any size, the heads want a grid of fixed size. So each RoI is read off one " +
    "level, chosen by its size. The operators read it differently; dots are the places where the " +
    `map is read. ${LIVE ? "Choose one, and the network uses it." : "The network used the one in the frame."}`,
);
if (START.roi_pooling === "roi_align_unaligned")
  OPERATORS.unshift(["roi_align_unaligned", "RoIAlign, unaligned", "as RoIAlign, but half a cell further."]);
choiceKnob(
  rois.body,
  "roi_pooling",
  "Operator that the network uses",
  OPERATORS.map(([name, title]) => [name, title]),
  {
    read: (settings) => settings.roi_pooling,
    write: (settings, name) => {
      settings.roi_pooling = name;
    },
  },
);
const operatorRow = make("div", { class: "operators" });
rois.body.append(operatorRow);
const operatorViews = OPERATORS.map(([name, title, about]) => {
  const box = make("div", { class: "operator", "data-operator": name }, make("h3", {}, title));
  operatorRow.append(box);
  const map = makePicture(box, `Where ${title} reads the map`);
  const grid = makePicture(box, `What ${title} pools`, { caption: about });
  return { name, box, map, grid };
});

function showRoi(it) {
  const { result } = state,
    { level, box } = it.proposal,
    stride = STRIDE[level],
    size = state.settings.box_pool_size;
  const map = result[level],
    [h, w] = map.shape;
  const pooled = operatorViews.map(({ name }) => pooledStrength(name, it));
  const high = Math.max(...pooled.map(largest));
  operatorViews.forEach((view, i) => {
    setGround(view.map, result.urls[level], result.size, "map");
    lookAround(view.map, [box, readingOf(view.name, box, size, stride, [h, w]).around], 0.12);
    const r = Math.max(box[3] - box[1], box[2] - box[0]) / 75;
    const look = { colour: PROPOSAL, r, own: { class: "own-mark" } };
    drawReading(fresh(view.map), view.name, box, size, stride, [h, w], look);
    setGround(view.grid, heatUrl(pooled[i], size, size, high), [size, size], "map");
    view.box.classList.toggle("used", view.name === state.settings.roi_pooling);
  });
}

on("chosen", () => {
  const it = chosenOne();
  operatorRow.hidden = !it;
  if (it) showRoi(it);
  showRuler();
  const side = it
    ? Math.sqrt((it.proposal.box[2] - it.proposal.box[0]) * (it.proposal.box[3] - it.proposal.box[1]))
    : 0;
  say(
    "rois-own",
    it
      ? `Instance ${it.index + 1}: its RoI is ${fixed(side, 0)} pixels large (the root of its area), so ` +
          `it is read off ${it.proposal.level}, ` +
          `a cell of which is ${STRIDE[it.proposal.level]} pixels wide, into ` +
          `${state.settings.box_pool_size} x ${state.settings.box_pool_size} bins.`
      : unchosen(),
  );
});
