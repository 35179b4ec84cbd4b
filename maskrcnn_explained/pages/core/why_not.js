// Why was this object not found? The step at which it was lost, and the numbers of that step.
//
// The object's box is compared with the output of each step: anchors, moved anchors, the best of
// them, proposals, refined RoIs, detections. The object was lost at the first step whose output has
// no box that overlaps it enough.

import {argmax, placesWhere, round32} from "./arrays.js";
import {iou} from "./boxes.js";
import {refine} from "./detection.js";
import {toMolded} from "./molding.js";
import {moveAnchors} from "./rpn.js";

export const FITS_IOU = 0.5; // a box with at least this IoU counts as the object's box
export const REASONS = {
  no_anchor: "no anchor is near it",
  low_objectness: "the RPN gives the anchors near it a low score",
  rpn_refined_away: "the RPN moves the anchors near it elsewhere",
  pre_nms_limit: "better-scored anchors fill the RPN's list before NMS",
  rpn_suppressed: "the RPN's NMS drops its boxes for others that overlap them",
  post_nms_limit: "better-scored proposals fill the list after NMS",
  misclassified: "the box head takes it for another class",
  below_threshold: "the score of its class is below the threshold",
  refined_away: "the box head moves its RoIs elsewhere",
  suppressed: "the last NMS drops its boxes for others of its class",
  detection_limit: "better-scored detections fill the list",
  found: "it was found",
};

// The answer for an object in `box` (pixels of the image): {reason, numbers, index}, where index is
// the nearest anchor, proposal or detection, -1 for none. classId null accepts any class.
export function whyNot(result, box, classId = null) {
  const target = toMolded(box, result.window);
  return lostByTheRpn(result, target)
    ?? lostByTheBoxHead(result, target, classId)
    ?? lostAtLast(result, target, classId)
    ?? foundIt(result, box, classId);
}

function diagnosis(reason, numbers, index = -1) {
  const rounded = Object.entries(numbers).map(([name, value]) =>
    [name, typeof value === "number" ? Number(value.toFixed(3)) : value]);
  return {reason, numbers: Object.fromEntries(rounded), index};
}

// Of some places the one with the best score; of equal ones the first.
function bestOf(places, scores) {
  return places[argmax(places.map((place) => scores[place]))];
}

function lostByTheRpn(result, target) {
  const {settings, rpn_candidates: candidates, molded_size: size} = result;
  const score = (anchor) => result.rpn_probs.data[2 * anchor + 1];
  const near = iou(result.anchors.data, target), nearest = argmax(near);
  if (near[nearest] < round32(settings.rpn_negative_iou)) {
    return diagnosis("no_anchor", {best_iou: near[nearest]}, nearest);
  }
  const moved = moveAnchors(result.anchors.data, result.rpn_deltas.data, size, settings,
    result.window.box);
  const after = iou(moved, target);
  const onIt = placesWhere(after, (overlap) => overlap >= FITS_IOU);
  if (!onIt.length) {
    const reason = score(nearest) < 0.5 ? "low_objectness" : "rpn_refined_away";
    const numbers = {iou: near[nearest], objectness: score(nearest),
      iou_after_moving: after[nearest]};
    return diagnosis(reason, numbers, nearest);
  }
  const anchors = new Set(onIt);
  const entered = placesWhere(candidates.source, (anchor) => anchors.has(anchor));
  if (!entered.length) {
    const best = onIt[argmax(onIt.map(score))];
    const reason = score(best) < 0.5 ? "low_objectness" : "pre_nms_limit";
    const numbers = {objectness: score(best), limit: settings.proposals_pre_nms};
    return diagnosis(reason, numbers, best);
  }
  if (entered.some((place) => candidates.won[place] >= 0)) return null;
  const survivors = entered.filter((place) => candidates.suppressor[place] < 0);
  if (survivors.length) {
    const limit = settings.proposals;
    return beyondTheLimit(candidates, survivors, limit, "post_nms_limit", "objectness");
  }
  const top = bestOf(entered, candidates.scores), by = candidates.suppressor[top];
  const numbers = {objectness: candidates.scores[top], rank: candidates.rank[top],
    by_anchor: candidates.source[by], its_score: candidates.scores[by]};
  return diagnosis("rpn_suppressed", numbers, candidates.source[top]);
}

// The best of these candidates, which NMS kept, and its place among all that NMS kept.
function beyondTheLimit(candidates, survivors, limit, reason, scoreName) {
  const top = bestOf(survivors, candidates.scores), score = candidates.scores[top];
  const better = placesWhere(candidates.scores, (other, place) =>
    other > score && candidates.suppressor[place] < 0);
  const numbers = {[scoreName]: score, rank: better.length, limit};
  return diagnosis(reason, numbers, candidates.source[top]);
}

function lostByTheBoxHead(result, target, classId) {
  const {settings} = result, names = settings.class_names;
  const onlyBest = settings.detection_rule === "best_class";
  const least = round32(settings.detection_min_score);
  const before = iou(result.proposals.data, target);
  const rois = placesWhere(before, (overlap) => overlap >= FITS_IOU);
  if (!rois.length) { // the moved anchor just fitted, its proposal just does not
    const best = argmax(before);
    return diagnosis("post_nms_limit", {best_iou: before[best]}, best);
  }
  const classes = classId === null ? names.map((_, k) => k).slice(1) : [classId];
  const probs = rois.map((roi) =>
    result.class_probs.data.subarray(roi * names.length, (roi + 1) * names.length));
  const bestScores = probs.map((row) => Math.max(...classes.map((k) => row[k])));
  const pairs = rois.flatMap((roi, i) => classes
    .filter((k) => probs[i][k] >= least)
    .filter((k) => !onlyBest || probs[i][k] >= Math.max(...probs[i]))
    .map((k) => ({roi, k})));
  if (!pairs.length) {
    const best = argmax(bestScores), said = argmax(probs[best]);
    const other = said !== 0 && !classes.includes(said);
    const numbers = {said: names[said], its_score: probs[best][said], score: bestScores[best],
      threshold: settings.detection_min_score};
    return diagnosis(other ? "misclassified" : "below_threshold", numbers, rois[best]);
  }
  const refined = refine(result.proposals.data, result.box_deltas.data, pairs.map(({roi}) => roi),
    pairs.map(({k}) => k), result.window.box, settings);
  const fits = iou(refined, target), nearest = argmax(fits);
  if (fits[nearest] >= FITS_IOU) return null;
  const {roi} = pairs[nearest];
  return diagnosis("refined_away", {iou_before: before[roi], iou_after: fits[nearest]}, roi);
}

function lostAtLast(result, target, classId) {
  const {settings, detection_candidates: candidates} = result;
  const fits = iou(candidates.boxes, target);
  const own = placesWhere(fits, (overlap, place) =>
    overlap >= FITS_IOU && (classId === null || candidates.group[place] === classId));
  if (own.some((place) => candidates.won[place] >= 0)) return null;
  if (!own.length) { // too many pairs passed the threshold; only the best enter NMS
    return diagnosis("detection_limit", {candidates: candidates.source.length});
  }
  const survivors = own.filter((place) => candidates.suppressor[place] < 0);
  if (survivors.length) {
    return beyondTheLimit(candidates, survivors, settings.detections, "detection_limit", "score");
  }
  const top = bestOf(own, candidates.scores), by = candidates.suppressor[top];
  const numbers = {score: candidates.scores[top], by_detection: candidates.won[by],
    its_score: candidates.scores[by]};
  return diagnosis("suppressed", numbers, candidates.source[top]);
}

function foundIt(result, box, classId) {
  const {boxes, class_ids: classIds, scores} = result.detections;
  const overlap = iou(boxes, Float32Array.from(box)).map((value, i) =>
    classId === null || classIds[i] === classId ? value : 0);
  const best = argmax(overlap);
  const numbers = {detection: best, score: scores[best], box_iou: overlap[best]};
  return diagnosis("found", numbers, best);
}
