// 4 Proposals: moved anchors compete, and NMS keeps the best of those that overlap.
const proposals = addSection(
  "proposals",
  "Proposals: moved anchors compete",
  "The best anchors of each level are moved by their deltas. Many now lie on the same object, so " +
    "NMS goes through them from the best to the worst, and drops each that overlaps a better one too " +
    "much.",
);
const proposalPair = make("div", { class: "sides" });
proposals.body.append(proposalPair);
const MOST = 60; // boxes drawn at once
const proposalRivals = rivalsPicture(proposalPair, "Moved anchors and proposals", {
  pick: (result) => result.rpn_candidates,
  most: MOST,
  colourOf: () => PROPOSAL,
  nameOf: (all, i) => `anchor ${count(all.source[i])} of ${LEVELS[levelOfAnchor(all.source[i])]}`,
  wonName: "proposal",
});
const proposalSide = make("div", { class: "facts" });
proposalPair.append(proposalSide);
beforeAfter(proposalSide, "proposal-nms", proposalRivals, () => {
  proposalRivals.show();
  showProposals();
});
rangeKnob(proposalSide, "proposal_nms_iou", "NMS threshold of the RPN", {
  low: 0.1,
  high: 0.95,
  step: 0.05,
  help: "Boxes with a larger IoU than this are rivals: the better one stays.",
});
rangeKnob(proposalSide, "proposals", "How many go on, at most", {
  low: 10,
  high: START.proposals,
  step: 10,
  digits: 0,
});
proposalSide.append(make("p", { id: "proposal-count" }));
proposalRivals.layer = () => {
  showProposals();
  return proposalRivals.view.overlay;
};

const levelOfAnchor = (index) => core.anchorPlace(index, state.result.size, state.result.settings).level;

function showProposals() {
  const layer = fresh(proposalRivals.view),
    it = chosenOne();
  if (!it) return;
  drawBoxes(layer, boxesAt(proposalRivals.boxes, it.proposal.candidates), {
    stroke: "#fff",
    "stroke-width": 1.3,
    ...DOTTED,
    class: "losers",
  });
  outlined(layer, it.anchor.box, ANCHOR, { "stroke-width": 2, ...DOTTED });
  outlined(layer, it.proposal.box, PROPOSAL, { "stroke-width": 3, class: "own-mark" });
}

on("result", ({ result }) => {
  setGround(proposalRivals.view, result.url, result.size);
  proposalRivals.show();
  showProposals();
  const { scores, suppressor } = result.rpn_candidates,
    dropped = suppressor.filter((by) => by >= 0).length,
    kept = scores.length - dropped;
  say(
    "proposal-count",
    `${several(scores.length, "moved anchor enters", "moved anchors enter")} NMS, ` +
      `${several(dropped, "is", "are")} dropped for better ones; ` +
      `${kept > result.number ? `of the other ${count(kept)}, the best ` : ""}` +
      `${several(result.number, "proposal goes", "proposals go")} on. ` +
      `At most ${MOST} are drawn, the best; dotted: dropped.`,
  );
});
on("chosen", () => {
  const it = chosenOne();
  if (state.result) showProposals();
  say(
    "proposals-own",
    it
      ? `Instance ${it.index + 1} is proposal ${it.proposal.index + 1} by score (blue), moved there from ` +
          `its anchor (orange, dotted). ` +
          `${several(it.proposal.candidates.length, "moved anchor was", "moved anchors were")} dropped for ` +
          `it (white, dotted).`
      : "",
  );
});
