// 7 Detections: a score threshold, then NMS per class; what stays is found.
const detectionSection = addSection(
  "detections",
  "Detections: which boxes stay?",
  "Many proposals end on the same object: the box head has moved them there. Boxes with too low a " +
    "score go, and among the others NMS keeps, per class, the best of those that overlap.",
);
const detectionPair = make("div", { class: "sides" });
detectionSection.body.append(detectionPair);
const detectionRivals = rivalsPicture(detectionPair, "Refined boxes and detections", {
  pick: (result) => result.detection_candidates,
  most: 150,
  colourOf: (all, i) => classColour(all.group[i]),
  nameOf: (all, i) => `${className(all.group[i])} of proposal ${all.source[i] + 1}`,
  wonName: "detection",
});
const detectionSide = make("div", { class: "facts" });
detectionPair.append(detectionSide);
beforeAfter(detectionSide, "detection-nms", detectionRivals, () => {
  detectionRivals.show();
  showDropped();
});
rangeKnob(detectionSide, "detection_min_score", "Minimum score", { low: 0.05, high: 0.95, step: 0.05 });
rangeKnob(detectionSide, "detection_nms_iou", "NMS threshold, per class", { low: 0.1, high: 0.95, step: 0.05 });
detectionSide.append(make("p", { id: "detection-count" }));
detectionRivals.layer = () => {
  showDropped();
  return detectionRivals.view.overlay;
};
detectionRivals.after = true;

function showDropped() {
  const layer = fresh(detectionRivals.view),
    it = chosenOne();
  if (!it) return;
  drawBoxes(layer, boxesAt(detectionRivals.boxes, it.candidates), {
    ...DOTTED,
    "stroke-width": 1.3,
    class: "losers",
  });
  outlined(layer, it.box, DETECTION, { "stroke-width": 3, class: "own-mark" });
}

on("result", ({ result }) => {
  setGround(detectionRivals.view, result.url, result.size);
  detectionRivals.show();
  showDropped();
  const { scores, suppressor } = result.detection_candidates,
    dropped = suppressor.filter((by) => by >= 0).length,
    kept = scores.length - dropped;
  say(
    "detection-count",
    `${several(scores.length, "box has", "boxes have")} a score of at least ` +
      `${fixed(state.settings.detection_min_score, 2)}; ${several(dropped, "is", "are")} dropped by NMS; ` +
      `${kept > detections().length ? `of the other ${count(kept)}, the best ` : ""}` +
      `${several(detections().length, "detection stays", "detections stay")}.`,
  );
  showFunnel(result);
});
on("chosen", () => {
  const it = chosenOne();
  if (state.result) showDropped();
  say(
    "detections-own",
    it
      ? `Instance ${it.index + 1} has score ${fixed(it.score, 3)}; ` +
          `${several(it.candidates.length, "refined box of its class was", "refined boxes of its class were")} ` +
          `dropped for it (dotted).`
      : "",
  );
});

// The funnel: how many boxes are left after each step; the bars are logarithmic.
const funnel = make("ol", { class: "funnel", "aria-label": "How many boxes are left after each step" });
detectionSection.body.append(make("h3", {}, "From all anchors to the detections"), funnel);

function showFunnel(result) {
  const steps = [
    ["anchor", "anchors", numberOf(result.anchors) / 4, ANCHOR],
    ["moved anchor that enters NMS", "moved anchors that enter NMS", result.rpn_candidates.scores.length, ANCHOR],
    ["proposal", "proposals", result.number, PROPOSAL],
    ["box with enough score", "boxes with enough score", result.detection_candidates.scores.length, PROPOSAL],
    ["detection", "detections", detections().length, DETECTION],
  ];
  const most = Math.log(steps[0][2] + 1);
  funnel.replaceChildren(
    ...steps.map(([one, many, number, colour]) =>
      make(
        "li",
        { style: `--own:${colour};--part:${Math.log(number + 1) / most}` },
        make("span", { class: "bar" }),
        make("span", {}, make("strong", {}, count(number)), ` ${number === 1 ? one : many}`),
      ),
    ),
  );
}
