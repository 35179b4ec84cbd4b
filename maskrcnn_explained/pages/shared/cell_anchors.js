// The anchors of one cell: in a picture, and as a row of a table with the objectness of each.

/** The cell, filled, and its anchors: the thicker, the higher their objectness. */
function drawCellAnchors(layer, cell, boxes, scores, colour) {
  drawBox(layer, cell, { fill: colour, "fill-opacity": 0.35, stroke: "none" });
  boxes.forEach((box, r) => {
    const look = { "stroke-width": 1.2 + 1.8 * scores[r], class: "anchor" };
    if (scores[r] >= 0.5) outlined(layer, box, colour, look);
    else drawBox(layer, box, { stroke: colour, ...look });
  });
}

/** Level, [row, column], one objectness per ratio. `off`: it is not drawn; `mine`: the place of one to mark. */
function scoreRow(name, colour, cell, scores, { off = false, mine = -1 } = {}) {
  const cells = scores.map((score, r) =>
    make("td", { class: `${score >= 0.5 ? "good" : ""}${r === mine ? " mine" : ""}` }, fixed(score, 2)),
  );
  const head = make("th", {}, swatch(colour), name);
  return make("tr", { class: off ? "off" : "" }, head, make("td", {}, cell.join(", ")), ...cells);
}
