// Greedy non-maximum suppression with a threshold to drag.
const { image, size, boxes, scores } = DATA; // boxes in descending order of score
const svg = byId("picture"), slider = byId("threshold");

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
    const wins = dropper[i] < 0;
    const rect = drawBox(svg, boxes[i], {
      stroke: wins ? "#00e5a0" : "#ffffff", "stroke-dasharray": wins ? "none" : "2 2",
      opacity: wins ? 1 : 0.45, "data-index": i, "data-by": dropper[i],
    });
    const verdict = wins ? "wins" : `dropped for box ${dropper[i]}, IoU ${iou(boxes[i], boxes[dropper[i]]).toFixed(2)}`;
    draw(rect, "title", {}, `box ${i}: score ${scores[i].toFixed(2)}, ${verdict}`);
    rect.addEventListener("pointerenter", () => tell(i, verdict, dropper[i]));
  }
  const winners = dropper.filter((by) => by < 0).length;
  byId("value").textContent = threshold.toFixed(2);
  byId("count").textContent = `${winners} of ${boxes.length} boxes stay`;
}

function tell(i, verdict, by) {
  byId("story").textContent = `box ${i}, score ${scores[i].toFixed(2)}: ${verdict}`;
  for (const rect of svg.querySelectorAll("rect")) {
    const own = Number(rect.dataset.index) === i, its = Number(rect.dataset.index) === by;
    rect.setAttribute("stroke-width", own || its ? 3 : 1.5);
  }
}

slider.addEventListener("input", show);
show();
