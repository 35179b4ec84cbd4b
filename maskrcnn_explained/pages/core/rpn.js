// The region proposal network: from its scores and deltas to proposals.

import {bestFirst, concatenate, gatherRows} from "./arrays.js";
import {levelSizes} from "./anchors.js";
import {clipBoxes, decodeDeltas, inclusive, nms} from "./boxes.js";
import {joinCandidates, suppressors} from "./candidates.js";

// Decode, clip, keep the best, thin by NMS, keep the best.
//
// scores: objectness of each anchor; deltas: four numbers each; anchors; imageSize: of the molded
// image. Gives proposals, proposal_scores, proposal_anchors (best first, no padding), and
// rpn_candidates, the boxes that entered NMS (see candidates.js).
export function propose(scores, deltas, anchors, imageSize, settings) {
  // Levels compete alone, so that the many anchors of P2 do not crowd out the few of P6; or all
  // anchors compete together.
  const sizes = levelSizes(imageSize, settings);
  const joint = settings.proposal_rule === "joint";
  const numbers = joint ? [sizes.reduce((one, other) => one + other)] : sizes;
  const groups = [];
  let start = 0;
  numbers.forEach((size, group) => {
    const end = start + size;
    const members = {
      start, group,
      scores: scores.subarray(start, end),
      deltas: deltas.subarray(4 * start, 4 * end),
      anchors: anchors.subarray(4 * start, 4 * end),
    };
    groups.push(proposeGroup(members, imageSize, settings));
    start = end;
  });
  // Of all groups together, keep the best.
  const keptScores = groups.map(({candidates, kept}) => gatherRows(candidates.scores, kept));
  const best = bestFirst(concatenate(keptScores, Float32Array), settings.proposals);
  const owners = groups.flatMap(({candidates, kept}) => kept.map((place) => ({candidates, place})));
  best.forEach((which, proposal) => {
    owners[which].candidates.won[owners[which].place] = proposal;
  });
  return {...winners(best.map((which) => owners[which])),
    rpn_candidates: joinCandidates(groups.map(({candidates}) => candidates))};
}

// `propose` for the anchors of one group: its candidates, and which of them NMS keeps.
function proposeGroup(members, imageSize, settings) {
  // Only the best-scored anchors go on: NMS compares all pairs, and most anchors see nothing.
  const best = bestFirst(members.scores, settings.proposals_pre_nms);
  const scores = gatherRows(members.scores, best);
  const boxes = moveAnchors(gatherRows(members.anchors, best, 4),
    gatherRows(members.deltas, best, 4), imageSize, settings);
  // NMS: of boxes that show the same object, keep the best-scored one.
  const kept = nms(boxes, scores, settings.proposal_nms_iou, settings.proposals);
  const candidates = {
    source: Int32Array.from(best, (place) => place + members.start),
    group: new Int32Array(best.length).fill(members.group),
    boxes, scores,
    rank: Int32Array.from(best, (_, rank) => rank),
    ...suppressors(boxes, kept, settings.proposal_nms_iou),
    won: new Int32Array(best.length).fill(-1),
  };
  return {candidates, kept};
}

// Anchors moved by the RPN's deltas, and cut off at the molded image's edge; or, with the rule
// "image", at that of the image in it. window: the box of the image; null: all of it.
export function moveAnchors(anchors, deltas, imageSize, settings, window = null) {
  const own = inclusive(anchors, settings);
  const boxes = decodeDeltas(own, deltas, settings.rpn_delta_std, settings.max_log_size);
  const edge = window && settings.proposal_window === "image" ? window : [0, 0, ...imageSize];
  return clipBoxes(boxes, inclusive(Array.from(edge), settings));
}

// Box, score and anchor of the candidates that became proposals.
function winners(owners) {
  const boxes = owners.map(({candidates, place}) =>
    candidates.boxes.subarray(4 * place, 4 * place + 4));
  return {
    proposals: concatenate(boxes, Float32Array),
    proposal_scores: Float32Array.from(owners, ({candidates, place}) => candidates.scores[place]),
    proposal_anchors: Int32Array.from(owners, ({candidates, place}) => candidates.source[place]),
  };
}
