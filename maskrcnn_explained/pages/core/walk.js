// The walk: one image through every stage, with the names that Python's trace has.
//
// `walk` gives a result: an object with, in this order, tensors {data, shape} of these names:
//   molded_image [Hm, Wm, 3]; C2..C5, P2..P6 [h, w, C]; fpn_c2p2.. and fpn_p2add.. (the FPN's
//   laterals and sums, before the last 3x3); rpn_logits, rpn_probs [A, 2], rpn_deltas [A, 4];
//   anchors [A, 4]; proposals [n, 4], proposal_scores, proposal_anchors; roi_levels (2..5);
//   box_features [n, 7, 7, C]; class_logits, class_probs [n, K], box_deltas [n, K, 4];
//   detection_boxes [d, 4], detection_class_ids, detection_scores, detection_rois; mask_levels,
//   mask_features, masks_all_classes [d, 28, 28, K], masks [d, 28, 28];
// and besides
//   window {top, left, height, width, scale_y, scale_x, box};
//   rpn_candidates, detection_candidates: what entered NMS, see candidates.js;
//   detections {rows, boxes (of the image), class_ids, scores}, flat: what the user gets;
//   pasted: per detection of these {box, mask}, see pasting.js;
//   settings, image_size, molded_size [height, width], ms {stage: milliseconds}.
// Boxes are in pixels of the molded image unless said otherwise. Unlike Python's tensors, those of
// proposals and detections have no padding at their end.

import {generateAnchors} from "./anchors.js";
import {tensor} from "./arrays.js";
import {boxAt} from "./boxes.js";
import {selectDetections, selectMasks, toDetections} from "./detection.js";
import {mold} from "./molding.js";
import {pasteInBox} from "./pasting.js";
import {poolPyramid, roiLevels} from "./roi_align.js";
import {propose} from "./rpn.js";

const POOLED_LEVELS = ["P2", "P3", "P4", "P5"]; // P6 serves the RPN alone

// Each stage: the settings that it reads, and what it adds to the result.
// model: {trunk, boxHead, maskHead}, functions of a tensor that promise tensors by name.
export const STAGES = [
  {
    name: "mold",
    reads: ["image_min_side", "image_max_side", "scale_rule", "resize_mode", "mean_pixel"],
    run: ({image, settings}) => mold(image, settings),
  },
  {name: "trunk", reads: [], run: ({model, result}) => model.trunk(result.molded_image)},
  {
    name: "anchors",
    reads: ["anchor_scales", "anchor_ratios", "anchor_centres"],
    run: ({result, settings}) =>
      asTensors({anchors: generateAnchors(result.molded_size, settings)}),
  },
  {
    name: "proposals",
    reads: ["proposal_rule", "proposals_pre_nms", "proposal_nms_iou", "proposals", "rpn_delta_std",
      "max_log_size"],
    run: ({result, settings}) => asTensors(propose(objectness(result.rpn_probs.data),
      result.rpn_deltas.data, result.anchors.data, result.molded_size, settings)),
  },
  {
    name: "box_features",
    reads: ["roi_pooling", "roi_canonical_size"],
    run: ({result, settings}) => poolRois(result, "proposals", settings.box_pool_size,
      "roi_levels", "box_features", settings),
  },
  {name: "box_head", reads: [], run: ({model, result}) => model.boxHead(result.box_features)},
  {
    name: "detections",
    reads: ["detection_rule", "detection_min_score", "detection_nms_iou", "detections",
      "delta_std"],
    run: ({image, result, settings}) => {
      const found = selectDetections(result.proposals.data, result.class_probs.data,
        result.box_deltas.data, result.window.box, settings);
      return {...asTensors(found), detections: toDetections(found, result.window, image)};
    },
  },
  {
    name: "mask_features",
    reads: [],
    run: ({result, settings}) => poolRois(result, "detection_boxes", settings.mask_pool_size,
      "mask_levels", "mask_features", settings),
  },
  {
    name: "mask_head",
    reads: [],
    run: async ({model, result}) => {
      const {masks_all_classes: all} = await model.maskHead(result.mask_features);
      return {masks_all_classes: all, masks: selectMasks(all, result.detection_class_ids.data)};
    },
  },
  {
    name: "paste",
    reads: ["mask_rim"],
    run: ({image, result, settings}) => ({pasted: pasteAll(result, image, settings)}),
  },
];

// Walk an image {data, height, width} through all stages. With `earlier`, the result of a walk of
// the same image, only the first stage whose settings have changed and those after it run again.
// onStage(name, added, ms, fraction) is called after each; if it promises false, the walk ends and
// gives null.
export async function walk(image, model, settings, earlier = null, onStage = () => {}) {
  const first = earlier ? firstChanged(earlier.settings, settings) : 0;
  const result = {...earlier, settings, image_size: [image.height, image.width],
    ms: {...earlier?.ms}};
  for (let place = first; place < STAGES.length; place++) {
    const {name, run} = STAGES[place];
    const start = performance.now();
    const added = await run({image, model, settings, result});
    Object.assign(result, added);
    if (name === "mold") result.molded_size = result.molded_image.shape.slice(0, 2);
    result.ms[name] = performance.now() - start;
    const goOn = await onStage(name, added, result.ms[name], (place + 1) / STAGES.length);
    if (goOn === false) return null;
  }
  return result;
}

// The place of the first stage that reads a setting which differs; the number of stages for none.
export function firstChanged(before, after) {
  const differs = (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  const place = STAGES.findIndex(({reads}) => reads.some(differs));
  return place < 0 ? STAGES.length : place;
}

// The second of the two numbers of each anchor: how sure the RPN is of an object.
export function objectness(probs) {
  return Float32Array.from({length: probs.length / 2}, (_, i) => probs[2 * i + 1]);
}

// Flat arrays as tensors: those of boxes [n, 4], all others [n]. What is no array stays.
export function asTensors(named) {
  const wide = ["anchors", "rpn_deltas", "proposals", "detection_boxes"];
  const entries = Object.entries(named).map(([name, data]) => {
    if (!ArrayBuffer.isView(data)) return [name, data];
    return [name, tensor(data, wide.includes(name) ? [data.length / 4, 4] : [data.length])];
  });
  return Object.fromEntries(entries);
}

function poolRois(result, boxes, size, levelsName, name, settings) {
  const maps = POOLED_LEVELS.map((level) => result[level]);
  const levels = roiLevels(result[boxes].data, result.molded_size, settings);
  const pooled = poolPyramid(result[boxes].data, levels, maps, size, settings);
  const shape = [levels.length, size, size, maps[0].shape[2]];
  return {...asTensors({[levelsName]: levels}), [name]: tensor(pooled, shape)};
}

// Each detection's mask, stretched over its box: {box, mask}, see pasting.js.
export function pasteAll(result, image, settings) {
  const {boxes, rows} = result.detections;
  const [, height, width] = result.masks.shape;
  return rows.map((row, i) => pasteInBox(
    result.masks.data.subarray(row * height * width, (row + 1) * height * width),
    boxAt(boxes, i), image, settings.mask_rim));
}
