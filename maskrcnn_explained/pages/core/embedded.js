// A result that Python computed, with the form that walk.js gives: for pages without a network.
//
// Python gives the numbers of the network, and what entered both rounds of NMS. Which boxes won and
// which box dropped each other one is found again here, as is where the masks lie.

import {anchorPlace, generateAnchors} from "./anchors.js";
import {gatherRows, tensor} from "./arrays.js";
import {nms} from "./boxes.js";
import {joinCandidates, suppressors} from "./candidates.js";
import {nmsPerClass, placeInGroup} from "./detection.js";
import {asTensors, pasteAll} from "./walk.js";

// The result. given: typed arrays by the names of walk.js, and besides
//   rpn_scores: objectness of all anchors; rpn_source, rpn_boxes: the moved anchors that entered
//   NMS, group by group; pair_rois, pair_classes, pair_boxes: the pairs that entered the last one;
//   found_rows, found_boxes: the detections of the user, boxes in pixels of the image.
// settings: see walk.js; image: {height, width}; moldedSize: [Hm, Wm]; window: see molding.js.
export function embeddedResult(given, settings, image, moldedSize, window) {
  const {found_rows: rows, found_boxes: boxes} = given;
  const result = {
    settings, window, image_size: [image.height, image.width], molded_size: moldedSize,
    ...asTensors({...given, anchors: generateAnchors(moldedSize, settings)}),
    rpn_probs: bothProbabilities(given.rpn_scores),
    rpn_candidates: rpnCandidates(given, moldedSize, settings),
    detection_candidates: detectionCandidates(given, settings),
    detections: {
      rows: Array.from(rows), boxes,
      class_ids: gatherRows(given.detection_class_ids, Array.from(rows)),
      scores: gatherRows(given.detection_scores, Array.from(rows)),
    },
  };
  const side = settings.mask_pool_size * 2; // the mask head doubles the side
  result.masks = tensor(given.masks, [given.masks.length / side ** 2, side, side]);
  result.pasted = pasteAll(result, image, settings);
  return result;
}

// Background and object of each anchor, [A, 2], from its objectness.
function bothProbabilities(scores) {
  const probs = new Float32Array(2 * scores.length);
  scores.forEach((score, anchor) => probs.set([1 - score, score], 2 * anchor));
  return tensor(probs, [scores.length, 2]);
}

// The candidates of the RPN's NMS (see candidates.js).
function rpnCandidates(given, moldedSize, settings) {
  const {rpn_source: source, proposal_anchors: proposalAnchors} = given;
  const proposalOf = new Map(Array.from(proposalAnchors, (anchor, i) => [anchor, i]));
  const joint = settings.proposal_rule === "joint";
  const group = source.map((anchor) =>
    joint ? 0 : anchorPlace(anchor, moldedSize, settings).level);
  const groups = [...new Set(group)].map((which) => {
    const start = group.indexOf(which), end = group.lastIndexOf(which) + 1;
    const own = source.subarray(start, end);
    const boxes = given.rpn_boxes.subarray(4 * start, 4 * end);
    const scores = gatherRows(given.rpn_scores, Array.from(own));
    const kept = nms(boxes, scores, settings.proposal_nms_iou, settings.proposals);
    return {
      source: own, group: group.subarray(start, end), boxes, scores,
      rank: own.map((_, rank) => rank),
      ...suppressors(boxes, kept, settings.proposal_nms_iou),
      won: own.map((anchor) => proposalOf.get(anchor) ?? -1),
    };
  });
  return joinCandidates(groups);
}

// The candidates of the last NMS, (RoI, class) pairs.
function detectionCandidates(given, settings) {
  const {pair_rois: source, pair_classes: group, pair_boxes: boxes} = given;
  const classes = settings.class_names.length;
  const places = Array.from(source, (roi, i) => roi * classes + group[i]);
  const scores = gatherRows(given.class_probs, places);
  const kept = nmsPerClass(boxes, scores, group, settings);
  const won = new Int32Array(source.length).fill(-1);
  kept.forEach((place, detection) => (won[place] = detection));
  const losers = suppressors(boxes, kept, settings.detection_nms_iou, group);
  return {source, group, boxes, scores, rank: placeInGroup(group), ...losers, won};
}
