// From head outputs to instances: refine, filter, NMS within each class, back to the image.

import {bestFirst, gatherRows, placesWhere, round32, tensor} from "./arrays.js";
import {clipBoxes, decodeDeltas, inclusive, nms} from "./boxes.js";
import {suppressors} from "./candidates.js";
import {boxesToImage} from "./molding.js";

export const MAX_CANDIDATES = 2000; // (RoI, class) pairs that enter NMS, best scores first

// The final boxes, classes and scores.
//
// rois: boxes; probs: K numbers each; deltas: K * 4 each; window: the box of the image.
// Gives detection_boxes (of the molded image), detection_class_ids, detection_scores and
// detection_rois, best first, no padding; detection_candidates, the pairs that entered NMS.
export function selectDetections(rois, probs, deltas, window, settings) {
  const classes = settings.class_names.length;
  const scores = foregroundScores(probs, classes, settings);
  // Score filter: the (RoI, class) pairs above the minimum, best first, are the candidates.
  const least = round32(settings.detection_min_score);
  const above = placesWhere(scores, (score) => score >= least && score > 0);
  const order = bestFirst(gatherRows(scores, above), MAX_CANDIDATES);
  const pairs = order.map((place) => above[place]);
  const source = Int32Array.from(pairs, (pair) => Math.floor(pair / (classes - 1)));
  const group = Int32Array.from(pairs, (pair) => (pair % (classes - 1)) + 1);
  // Refine: each candidate moves by the deltas of its own class.
  const boxes = refine(rois, deltas, source, group, window, settings);
  const own = gatherRows(scores, pairs);
  const kept = nmsPerClass(boxes, own, group, settings);
  const won = new Int32Array(pairs.length).fill(-1);
  kept.forEach((place, detection) => (won[place] = detection));
  const rank = placeInGroup(group);
  const losers = suppressors(boxes, kept, settings.detection_nms_iou, group);
  return {
    detection_boxes: gatherRows(boxes, kept, 4),
    detection_class_ids: gatherRows(group, kept),
    detection_scores: gatherRows(own, kept),
    detection_rois: gatherRows(source, kept),
    detection_candidates: {source, group, boxes, scores: own, rank, ...losers, won},
  };
}

// Probabilities without class 0, which is no detection: n * (K - 1). In the reference's dialect
// only the best class of a RoI stands; in the paper's all compete.
function foregroundScores(probs, classes, settings) {
  const number = probs.length / classes;
  const scores = new Float32Array(number * (classes - 1));
  for (let i = 0; i < number; i++) {
    const row = probs.subarray(i * classes, (i + 1) * classes);
    const best = settings.detection_rule === "best_class" ? Math.max(...row) : 0;
    for (let k = 1; k < classes; k++) {
      scores[i * (classes - 1) + k - 1] = row[k] >= best ? row[k] : 0;
    }
  }
  return scores;
}

// RoIs (rows of `rois`) moved by the deltas of classes, and cut off at the image's edge.
export function refine(rois, deltas, rows, classIds, window, settings) {
  const classes = settings.class_names.length;
  const places = Array.from(rows, (row, i) => row * classes + classIds[i]);
  const boxes = decodeDeltas(gatherRows(rois, Array.from(rows), 4), gatherRows(deltas, places, 4),
    settings.delta_std, settings.max_log_size);
  return clipBoxes(boxes, inclusive(Array.from(window), settings));
}

// NMS among the boxes of each class: the places of the boxes that stay, best first.
export function nmsPerClass(boxes, scores, classIds, settings) {
  const kept = [];
  for (const classId of new Set(classIds)) {
    // Only boxes of one class compete: a star on a disk does not suppress the disk.
    const members = placesWhere(classIds, (other) => other === classId);
    const best = nms(gatherRows(boxes, members, 4), gatherRows(scores, members),
      settings.detection_nms_iou, settings.detections);
    kept.push(...best.map((place) => members[place]));
  }
  // The best of all classes together; of equal scores the earlier one.
  kept.sort((one, other) => one - other);
  return bestFirst(gatherRows(scores, kept), settings.detections).map((place) => kept[place]);
}

// The place of each row among those of its group, from 0.
export function placeInGroup(groups) {
  const next = new Map();
  return groups.map((group) => {
    const place = next.get(group) ?? 0;
    next.set(group, place + 1);
    return place;
  });
}

// Of the K masks of each detection, the one of its class. masks: {data, shape: [D, h, w, K]}.
export function selectMasks(masks, classIds) {
  const [number, height, width, classes] = masks.shape;
  const pixels = height * width;
  const chosen = new Float32Array(number * pixels);
  for (let i = 0; i < number; i++) {
    for (let p = 0; p < pixels; p++) {
      chosen[i * pixels + p] = masks.data[(i * pixels + p) * classes + classIds[i]];
    }
  }
  return tensor(chosen, [number, height, width]);
}

// What the user gets: boxes in pixels of the image; rows: the detection that each was.
// A box that clipping has left without area is left out.
export function toDetections(found, window, image) {
  const all = boxesToImage(found.detection_boxes, window, image);
  const rows = placesWhere(found.detection_class_ids, (_, i) =>
    all[4 * i + 2] > all[4 * i] && all[4 * i + 3] > all[4 * i + 1]);
  return {
    rows,
    boxes: gatherRows(all, rows, 4),
    class_ids: gatherRows(found.detection_class_ids, rows),
    scores: gatherRows(found.detection_scores, rows),
  };
}
