// Greedy non-maximum suppression with a threshold to drag.
const { image, size, colour } = DATA; // boxes in descending order of score
const boxes = Float32Array.from(DATA.boxes.flat()), scores = Float32Array.from(DATA.scores);
const view = { svg: byId("picture") }, slider = byId("threshold");
const places = DATA.scores.map((_, i) => i), number = places.length;
let all = null, told = -1, marks = null;

/** The boxes as in core/candidates.js: who stays, and who dropped whom. */
function compete(threshold) {
  const kept = core.nms(boxes, scores, threshold, number), won = new Int32Array(number).fill(-1);
  kept.forEach((place, i) => { won[place] = i; });
  return { boxes, scores, won, ...core.suppressors(boxes, kept, threshold) };
}

function show() {
  const threshold = Number(slider.value);
  all = compete(threshold);
  view.svg.replaceChildren();
  draw(view.svg, "image", { href: image, width: size[1], height: size[0] });
  drawRivals(view.svg, all, places, () => colour);
  marks = draw(view.svg, "g");
  byId("value").textContent = threshold.toFixed(2);
  byId("count").textContent = `${all.won.filter((i) => i >= 0).length} of ${number} boxes stay`;
  if (told >= 0) tell(told);
}

function tell(i) {
  told = i;
  marks.replaceChildren();
  drawRival(marks, all, i, () => colour);
  byId("story").textContent = rivalWords(all, i, (one) => `box ${one}`, "");
}

const under = (point) => {
  const i = nearestEdge(boxes, places, point, size[1] / 60);
  if (i >= 0 && i !== told) tell(i);
};
watchPoint(view, under, (by) => tell((told + by[0] + by[1] + number) % number));
slider.addEventListener("input", show);
show();
