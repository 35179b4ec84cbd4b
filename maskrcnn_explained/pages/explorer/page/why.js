// Where nothing was found: a box is drawn with the pointer, and why_not says which step lost it.

/** Hear of boxes that are clicked or dragged in a picture of the photograph, outside of instances. */
function watchBoxes(view, hear) {
  let from = null;
  const boxTo = ([y, x]) => [
    Math.min(from[0], y),
    Math.min(from[1], x),
    Math.max(from[0], y),
    Math.max(from[1], x),
  ];
  const large = (box) => Math.min(box[2] - box[0], box[3] - box[1]) > view.size[1] / 100;
  view.svg.addEventListener("pointerdown", (event) => {
    if (state.result && !event.target.classList.contains("instance")) from = place(view.svg, event);
  });
  view.svg.addEventListener("pointermove", (event) => {
    if (!from || event.buttons === 0) return;
    const box = boxTo(place(view.svg, event));
    fresh(view);
    if (large(box)) outlined(view.overlay, box, MISSED, { "stroke-width": 2.5 });
  });
  addEventListener("pointerup", (event) => {
    if (!from) return;
    const box = boxTo(place(view.svg, event)),
      at = from;
    from = null;
    hear(large(box) ? clipToPhoto(box) : boxAt(at));
  });
  view.svg.addEventListener("pointercancel", () => {
    if (from) fresh(view);
    from = null;
  });
}

const clipToPhoto = (box) => box.map((edge, i) => clamp(edge, 0, i % 2 ? state.photo.width : state.photo.height));

/** What might be meant by a click: the best proposal there that became nothing; or else a square. */
function boxAt([y, x]) {
  const { result, photo } = state,
    found = detections().map((it) => it.own_box);
  for (let i = 0; i < result.number; i++) {
    const box = clipToPhoto(toPhoto(boxOf(result.roi_boxes, i)));
    const holds = box[0] <= y && y < box[2] && box[1] <= x && x < box[3];
    if (holds && found.every((other) => iou(box, other) < 0.5)) return box;
  }
  const half = Math.min(photo.height, photo.width) / 16;
  return clipToPhoto([y - half, x - half, y + half, x + half]);
}

/** Ask for a box of the photograph; `was`: the instance that was there before a knob was turned. */
function askWhyNot(box, was = null) {
  const answer = whyNot(state.result, box);
  state.missed = { box, was, answer: { ...answer, words: sentenceOf(answer) } };
  announce("missed");
}

/** The reason and its numbers; the page counts instances from 1. */
function sentenceOf({ reason, numbers }) {
  const told = { ...numbers };
  if (told.its_score === told.score) delete told.score; // the class that was said is the best one
  const parts = Object.entries(told).map(([name, value]) => {
    const number = ["by_detection", "detection"].includes(name)
      ? value + 1
      : /score|objectness|iou/.test(name)
        ? fixed(value, 3)
        : value;
    return `${facts.numbers[name] ?? name.replaceAll("_", " ").replace("iou", "IoU")} ${number}`;
  });
  return `${facts.reasons[reason]}${parts.length ? ` (${parts.join(", ")})` : ""}`;
}
