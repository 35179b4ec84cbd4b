// 9 What was not found: the steps that a box must pass, and the one at which it was lost.
const missedSection = addSection(
  "missed",
  "Not found: which step lost it?",
  "Drag a box around something that was not found, or click on it. The box is compared with what " +
    "each step gave: it was lost at the first step that gave no box that overlaps it enough (IoU of " +
    "one half).",
);
const missedPair = make("div", { class: "sides" });
missedSection.body.append(missedPair);
const missedView = makePicture(
  missedPair,
  "The photograph; drag a box where nothing was found. Arrow keys move the box, with Shift they resize it",
  { keys: true, caption: "On a keyboard: arrow keys move the box, with Shift they resize it." },
);
const missedSide = make("div", { class: "facts" }, make("ol", { class: "chain", id: "chain" }));
missedPair.append(missedSide);

/** The steps in their order, with the reasons of why_not that end there. */
const CHAIN = [
  ["anchors", "An anchor lies near it", ["no_anchor"]],
  ["anchors", "The RPN scores and moves one onto it", ["low_objectness", "rpn_refined_away", "pre_nms_limit"]],
  ["proposals", "It stays through the NMS of the RPN", ["rpn_suppressed", "post_nms_limit"]],
  ["head", "The box head calls it an object", ["misclassified", "below_threshold"]],
  ["head", "The refined box still fits", ["refined_away"]],
  ["detections", "It stays through the last NMS", ["suppressed", "detection_limit"]],
  ["masks", "It is found", []],
];

function showChain({ answer }) {
  const lost = CHAIN.findIndex(([, , reasons]) => reasons.includes(answer.reason));
  byId("chain").replaceChildren(
    ...CHAIN.map(([id, words], i) => {
      const kind = lost < 0 || i < lost ? "passed" : i === lost ? "lost" : "never";
      const verdict = make("span", { class: "verdict" }, { passed: "yes", lost: "lost here", never: "" }[kind]);
      return make("li", { class: kind }, make("a", { href: `#${id}` }, words), verdict);
    }),
  );
}

// The box lights up in the stages before, too, until another photograph or instance is chosen.
const markedViews = [moldingView, mapPhoto, mapLarge, anchorView, proposalRivals.view, detectionRivals.view];
const clearMarks = () => {
  for (const { marks } of markedViews) marks.replaceChildren();
};
on("missed", ({ missed, result }) => {
  clearMarks();
  const box = Array.from(toMolded(missed.box, result.window));
  for (const { marks } of markedViews) outlined(marks, box, MISSED, { "stroke-width": 2.5, class: "missed-mark" });
});
for (const event of ["photo", "result", "chosen"]) on(event, clearMarks);

on("photo", ({ photo }) => {
  setGround(missedView, photo.url, [photo.height, photo.width]);
  missedView.still.replaceChildren();
});
on("result", () => {
  missedView.still.replaceChildren();
  for (const it of detections())
    draw(missedView.still, "path", {
      d: it.path,
      fill: it.colour,
      "fill-opacity": 0.25,
      stroke: it.colour,
      "fill-rule": "evenodd",
      class: "quiet",
    });
  fresh(missedView);
  byId("chain").replaceChildren(
    ...CHAIN.map(([id, words]) => make("li", { class: "never" }, make("a", { href: `#${id}` }, words))),
  );
});
on("missed", ({ missed }) => {
  outlined(fresh(missedView), missed.box, MISSED, { "stroke-width": 2.5, class: "own-mark" });
  showChain(missed);
  const what = missed.was
    ? `Instance ${missed.was.index + 1}, ${missed.was.name}, is not found any more`
    : `The box ${list(missed.box, 0)}`;
  say("missed-own", `${what}: ${missed.answer.words}.`);
});

watchBoxes(missedView, (box) => askWhyNot(box));
missedView.svg.addEventListener("keydown", (event) => {
  const by = arrow(event),
    { photo, result } = state;
  if (!by || !result) return;
  event.preventDefault();
  event.stopPropagation();
  const [y1, x1, y2, x2] = state.missed?.box ?? boxAt([photo.height / 2, photo.width / 2]),
    step = 4;
  const from = event.shiftKey ? [0, 0] : by;
  const box = clipToPhoto([y1 + step * from[0], x1 + step * from[1], y2 + step * by[0], x2 + step * by[1]]);
  if (box[2] - box[0] >= step && box[3] - box[1] >= step) askWhyNot(box);
});
