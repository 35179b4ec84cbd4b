// Rivals of NMS in a picture: which boxes stay, and which box each other one was dropped for.
// `all` is as in core/candidates.js: boxes, scores, suppressor, iou, won.

const LOST = { stroke: "#fff", "stroke-dasharray": "4 3" }; // dotted: did not stay

/** The boxes at some places, those that stay on top. Each says its place and its rival's. */
function drawRivals(parent, all, places, colourOf) {
  const stays = (i) => all.won[i] >= 0,
    order = [...places].sort((a, b) => stays(a) - stays(b));
  for (const i of order) {
    const facts = { class: "box", "data-index": i, "data-by": all.suppressor[i] },
      box = core.boxAt(all.boxes, i);
    if (stays(i)) outlined(parent, box, colourOf(i), { "stroke-width": 1.6, ...facts });
    else drawBox(parent, box, { ...LOST, "stroke-width": 1, opacity: 0.8, ...facts });
  }
}

/** One of them, on top of the rival that dropped it, which shows between its dashes. */
function drawRival(parent, all, i, colourOf) {
  const by = all.suppressor[i],
    box = core.boxAt(all.boxes, i);
  if (by < 0) return outlined(parent, box, "#fff", { "stroke-width": 2.5, class: "told" });
  outlined(parent, core.boxAt(all.boxes, by), colourOf(by), { "stroke-width": 3, class: "rival" });
  drawBox(parent, box, { ...LOST, stroke: "#111", "stroke-width": 4.1, class: "edge" });
  return drawBox(parent, box, { ...LOST, "stroke-width": 2.5, class: "told" });
}

/** What became of a box, in words. `wonName`: what the boxes that stay become; "" for nothing else. */
function rivalWords(all, i, nameOf, wonName) {
  const by = all.suppressor[i],
    box = `${nameOf(i)}, score ${fixed(all.scores[i], 3)}`;
  if (by >= 0)
    return `${box}: dropped for ${nameOf(by)} (score ${fixed(all.scores[by], 3)}), IoU ${fixed(all.iou[i], 2)}.`;
  if (all.won[i] < 0) return `${box}: no rival drops it, but the list is full.`;
  return `${box}: stays${wonName ? `, as ${wonName} ${all.won[i] + 1}` : ""}.`;
}

/** The box whose edge is nearest to a point, at most so many pixels away; -1 for none. */
function nearestEdge(boxes, places, [y, x], reach) {
  let best = -1,
    least = reach;
  for (const i of places) {
    const [y1, x1, y2, x2] = core.boxAt(boxes, i);
    const outside = Math.hypot(Math.max(y1 - y, y - y2, 0), Math.max(x1 - x, x - x2, 0));
    const inside = Math.min(Math.abs(y - y1), Math.abs(y - y2), Math.abs(x - x1), Math.abs(x - x2));
    const distance = outside || inside;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}
