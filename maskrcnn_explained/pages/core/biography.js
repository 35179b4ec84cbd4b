// The biography of a detection: from its mask back to the anchor that it started from.

import {LEVELS, STRIDES, anchorPlace, mapSize} from "./anchors.js";
import {anchorsOfCell} from "./anchors_of_cell.js";
import {boxAt} from "./boxes.js";
import {droppedBy, winnerOf} from "./candidates.js";
import {cellAt} from "./cells.js";
import {toMolded} from "./molding.js";
import {moveAnchors} from "./rpn.js";

// The history of detection `index` of a result (see walk.js), last step first: index, class_id,
// class_name, score, box (of the image), molded_box, deltas (of its class, which refined the
// proposal), suppressed: [proposal, class id] pairs that the last NMS dropped for it, and
// `candidates`, their places in detection_candidates; proposal, anchor.
export function biography(result, index) {
  const found = result.detections, row = found.rows[index];
  const roi = result.detection_rois.data[row], classId = found.class_ids[index];
  const candidates = result.detection_candidates;
  const dropped = droppedBy(candidates, winnerOf(candidates, row));
  const classes = result.settings.class_names;
  return {
    index,
    class_id: classId,
    class_name: classes[classId],
    score: found.scores[index],
    box: boxAt(found.boxes, index),
    molded_box: boxAt(result.detection_boxes.data, row),
    deltas: boxAt(result.box_deltas.data, roi * classes.length + classId),
    suppressed: dropped.map((place) => [candidates.source[place], candidates.group[place]]),
    candidates: dropped,
    proposal: proposalFacts(result, roi),
    anchor: anchorFacts(result, result.proposal_anchors.data[roi]),
  };
}

// Of a proposal: index, box, score, level "P2".."P5", suppressed: anchors that NMS dropped for it,
// `candidates`: their places in rpn_candidates; probs: of the box head, K numbers.
export function proposalFacts(result, index) {
  const candidates = result.rpn_candidates;
  const dropped = droppedBy(candidates, winnerOf(candidates, index));
  const classes = result.settings.class_names.length;
  return {
    index,
    box: boxAt(result.proposals.data, index),
    score: result.proposal_scores.data[index],
    level: `P${result.roi_levels.data[index]}`,
    suppressed: dropped.map((place) => candidates.source[place]),
    candidates: dropped,
    probs: result.class_probs.data.subarray(index * classes, (index + 1) * classes),
  };
}

// Of an anchor: index, level "P2".."P6", cell [row, column], ratio, box, objectness, deltas, moved
// (the anchor after the deltas, clipped), rank (its place by score before NMS among the anchors
// that compete with it, -1 if it did not enter), receptive_field: a box, or null.
export function anchorFacts(result, index) {
  const {level, cell, ratio} = anchorPlace(index, result.molded_size, result.settings);
  const own = boxAt(result.anchors.data, index), deltas = boxAt(result.rpn_deltas.data, index);
  const entered = result.rpn_candidates.source.indexOf(index);
  return {
    index,
    level: LEVELS[level],
    cell,
    ratio,
    box: own,
    objectness: result.rpn_probs.data[2 * index + 1],
    deltas,
    moved: moveAnchors(own, deltas, result.molded_size, result.settings, result.window.box),
    rank: entered < 0 ? -1 : result.rpn_candidates.rank[entered],
    receptive_field: receptiveField(result.settings, level, cell),
  };
}

// The receptive field of a cell of the backbone; P6 is a coarser P5. null: not known.
export function receptiveField(settings, level, cell) {
  const fields = settings.receptive_fields;
  if (!fields) return null;
  const [size, stride, first] = fields[`C${Math.min(level + 2, 5)}`];
  const scale = level === 4 ? 2 : 1;
  const centre = cell.map((place) => first + scale * stride * place);
  return Float32Array.of(...centre.map((v) => v - size / 2), ...centre.map((v) => v + size / 2));
}

// What is at a point (y, x) of the image, pixels: molded [y, x]; anchors: of one cell per level;
// proposals: whose box holds it, best first; detections: whose mask does; boxes_only: whose box
// does, but not the mask. Throws a RangeError if the point lies outside the image.
export function claimsAt(result, y, x) {
  const [height, width] = result.image_size;
  if (!(y >= 0 && y < height && x >= 0 && x < width))
    throw new RangeError(`(${y}, ${x}) lies outside the image of ${height} x ${width} pixels.`);
  const [my, mx] = toMolded(Float32Array.of(y, x), result.window);
  // Just inside the far edge, 32 bits may round to the edge itself: cellAt gives the last cell.
  const anchors = STRIDES.flatMap((stride, level) => {
    const cell = cellAt([my, mx], stride, mapSize(result.molded_size, stride));
    return anchorsOfCell(level, cell, result.molded_size, result.settings);
  });
  const inBox = boxesHolding(result.detections.boxes, y, x);
  const inMask = result.pasted.flatMap(({box: [y1, x1, y2, x2], mask}, i) => {
    const [row, column] = [Math.floor(y), Math.floor(x)];
    const inside = row >= y1 && row < y2 && column >= x1 && column < x2;
    return inside && mask[(row - y1) * (x2 - x1) + column - x1] ? [i] : [];
  });
  return {
    y, x, molded: [my, mx], anchors,
    proposals: boxesHolding(result.proposals.data, my, mx),
    detections: inMask,
    boxes_only: inBox.filter((i) => !inMask.includes(i)),
  };
}

function boxesHolding(boxes, y, x) {
  const places = [];
  for (let i = 0; i < boxes.length / 4; i++) {
    const [y1, x1, y2, x2] = boxAt(boxes, i);
    if (y1 <= y && y < y2 && x1 <= x && x < x2) places.push(i);
  }
  return places;
}
