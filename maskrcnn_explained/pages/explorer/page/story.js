// A result of core/walk.js, made ready for the page: one story per detection, from its mask back to
// its anchor, and each map as a picture.
const { biography, boxesToImage, exclusive, toMolded, whyNot } = core;

/** Add to a result its size, the number of its proposals, pictures, and its stories as `instances`. */
function prepare(result, photo) {
  result.size = result.molded_size;
  result.number = numberOf(result.proposals) / 4;
  result.roi_boxes = exclusive(result.proposals.data, result.settings);
  result.activities ??= Object.fromEntries(MAPS.map((name) => [name, activity(result[name])]));
  result.urls ??= Object.fromEntries(
    MAPS.map((name) => [name, activityUrl(result.activities[name], result[name].shape)]),
  );
  result.url ??= moldedUrl(result);
  result.instances = result.pasted.map((_, i) => storyOf(result, i));
  return result;
}

/** The mean strength of a map, from its least to its largest value. */
const activityUrl = (values, [height, width]) =>
  heatUrl(
    values,
    height,
    width,
    largest(values),
    values.reduce((one, other) => Math.min(one, other)),
  );

/** The molded image as people can look at it: with the mean colour again. */
function moldedUrl({ molded_image: { data, shape }, settings: { mean_pixel: mean } }) {
  return rgbUrl(shape[0], shape[1], (i) => mean.map((value, c) => clamp(data[3 * i + c] + value, 0, 255)));
}

/** All that the sections draw of detection i: its biography, and its mask as a path. */
function storyOf(result, i) {
  const story = biography(result, i),
    { box, mask } = result.pasted[i];
  return {
    ...story,
    name: story.class_name,
    colour: classColour(story.class_id),
    own_box: Array.from(story.box), // of the photograph
    box: Array.from(exclusive(story.molded_box, result.settings)), // of the molded image, as all that follows
    proposal: { ...story.proposal, box: exclusive(story.proposal.box, result.settings) },
    small: rowOf(result.masks, result.detections.rows[i]),
    pixels: mask.reduce((sum, inside) => sum + inside, 0),
    path: pathOf(
      maskOutline(mask, box[2] - box[0], box[3] - box[1]).map((ring) =>
        ring.map(([x, y]) => [x + box[1], y + box[0]]),
      ),
    ),
  };
}

/** Box i of many (a flat array or a tensor), as numbers. */
const boxOf = (boxes, i) => Array.from((boxes.data ?? boxes).subarray(4 * i, 4 * i + 4));
const numberOf = (values) => (values.data ?? values).length;
const boxesAt = (boxes, places) => Array.from(places, (i) => boxOf(boxes, i));

/** A box of the molded image in pixels of the photograph. */
const toPhoto = (box) => Array.from(boxesToImage(box, state.result.window, state.photo));

/** What is called an instance where there is room: more than its class. */
const titleOf = (it) =>
  `Instance ${it.index + 1}: ${it.name}, score ${fixed(it.score, 3)}, ${several(it.pixels, "pixel")}, ${placeOf(it)}`;

function placeOf({ own_box: [y1, x1, y2, x2] }) {
  const { height, width } = state.photo,
    third = (at, side) => clamp(Math.floor((3 * at) / side), 0, 2);
  const row = ["top", "middle", "bottom"][third((y1 + y2) / 2, height)];
  return `${row} ${["left", "centre", "right"][third((x1 + x2) / 2, width)]}`;
}
