// Greedy non-maximum suppression with a threshold to drag.
const { image, size, boxes, scores, colour } = DATA; // boxes in descending order of score
const svg = byId("picture"), slider = byId("threshold");
let told = -1;

/** For each box the index of the box that dropped it; -1 for winners. */
function suppress(threshold) {
  const dropper = boxes.map(() => -1), winners = [];
  boxes.forEach((box, i) => {
    const by = winners.find((w) => iou(boxes[w], box) > threshold);
    if (by === undefined) winners.push(i);
    else dropper[i] = by;
  });
  return dropper;
}

function show() {
  const threshold = Number(slider.value), dropper = suppress(threshold);
  svg.replaceChildren();
  draw(svg, "image", { href: image, width: size[1], height: size[0] });
  const order = boxes.map((_, i) => i).sort((a, b) => (dropper[a] < 0) - (dropper[b] < 0));
  for (const i of order) {
    const wins = dropper[i] < 0, facts = { "data-index": i, "data-by": dropper[i], class: "box" };
    const rect = wins ? outlined(svg, boxes[i], colour, { "stroke-width": 2, ...facts })
      : drawBox(svg, boxes[i], { stroke: "#fff", "stroke-dasharray": "2 2", opacity: 0.55, ...facts });
    draw(rect, "title", {}, about(i));
    rect.addEventListener("pointerenter", () => tell(i));
  }
  const winners = dropper.filter((by) => by < 0).length;
  byId("value").textContent = threshold.toFixed(2);
  byId("count").textContent = `${winners} of ${boxes.length} boxes stay`;
}

/** What became of a box, in words. */
function about(i) {
  const by = suppress(Number(slider.value))[i], score = `box ${i}, score ${scores[i].toFixed(2)}: `;
  return score + (by < 0 ? "wins" : `dropped for box ${by}, IoU ${iou(boxes[i], boxes[by]).toFixed(2)}`);
}

function tell(i) {
  told = i;
  byId("story").textContent = about(i);
  const by = suppress(Number(slider.value))[i];
  for (const rect of svg.querySelectorAll("rect.box")) {
    const own = Number(rect.dataset.index) === i, its = Number(rect.dataset.index) === by;
    rect.setAttribute("stroke-width", own || its ? 4 : 1.5);
    rect.setAttribute("opacity", own || its || rect.dataset.by === "-1" ? 1 : 0.55);
  }
}

svg.addEventListener("keydown", (event) => {
  const step = arrow(event);
  if (!step) return;
  event.preventDefault();
  tell((told + step[0] + step[1] + boxes.length) % boxes.length);
});
slider.addEventListener("input", show);
show();
