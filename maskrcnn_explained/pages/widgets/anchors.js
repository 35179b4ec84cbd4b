// The anchors of the cell under the pointer, on every level, with the RPN's score of each.
const { image, size, colours, settings } = DATA;
const scores = Uint8Array.from(atob(DATA.scores), (c) => c.charCodeAt(0)); // 0..255 for 0..1
const anchors = core.generateAnchors(size, settings);
const view = { svg: byId("picture") };
let at = DATA.start;

function show() {
  view.svg.replaceChildren();
  draw(view.svg, "image", { href: image, width: size[1], height: size[0] });
  const rows = core.LEVELS.map((name, level) => {
    const stride = core.STRIDES[level], cell = core.cellAt(at, stride, core.mapSize(size, stride));
    const own = core.anchorsOfCell(level, cell, size, settings);
    const boxes = own.map((i) => anchors.subarray(4 * i, 4 * i + 4)), sure = own.map((i) => scores[i] / 255);
    drawCellAnchors(view.svg, core.cellBox(cell, stride), boxes, sure, colours[level]);
    return scoreRow(name, colours[level], cell, sure);
  });
  byId("rows").replaceChildren(...rows);
  draw(view.svg, "circle", { cx: at[1], cy: at[0], r: 2.5, fill: "white", stroke: "black" });
}

function look(point) {
  at = point.map((value, axis) => clamp(value, 0, size[axis] - 1));
  show();
}
watchPoint(view, look, (by) => look(at.map((value, axis) => value + 4 * by[axis])));
show();
