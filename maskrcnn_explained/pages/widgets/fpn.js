// A cell of P4: where it looks, and the numbers that it is made of.
const { image, size, result, inner, channel, depth, colours } = DATA;
const stride = 16, mapSides = [result.length, result[0].length];
const pictures = [byId("picture"), byId("map")].map((svg) => ({ svg }));
const largest = result.flat().indexOf(Math.max(...result.flat()));
let cell = [Math.floor(largest / mapSides[1]), largest % mapSides[1]]; // begin where P4 is largest

/** Lists [k][h][w] as tensors, one per channel. */
const tensorsOf = (maps) => maps.map((map) =>
  ({ data: Float32Array.from(map.flat()), shape: [map.length, map[0].length, 1] }));
const lateral = tensorsOf(DATA.lateral), above = tensorsOf(DATA.above);

function frames({ svg }) {
  svg.replaceChildren();
  const shown = svg.id === "map" ? DATA.map : image;
  draw(svg, "image", { href: shown, width: size[1], height: size[0], preserveAspectRatio: "none", class: svg.id });
  const [row, column] = cell, even = [row - (row % 2), column - (column % 2)];
  outlined(svg, core.cellBox([row - 1, column - 1], stride, 3), "#fff", { "stroke-dasharray": "3 3", "stroke-width": 1.5 });
  outlined(svg, core.cellBox(even, stride, 2), colours[1], { "stroke-width": 2 });
  outlined(svg, core.cellBox(cell, stride), colours[0], { "stroke-width": 2.5, id: `cell-${svg.id}` });
}

/** One step: its sign, and its nine numbers. */
function step(mark, name, values, caption, colour) {
  const table = nineTable(values, caption, colour);
  table.id = name;
  return make("div", { class: "step" }, sign(mark), table);
}

function show() {
  pictures.forEach(frames);
  const k = inner.findIndex((one) => `channel ${one}` === document.querySelector("input[name=inner]:checked").value);
  const side = core.nineNumbers(lateral[k], cell, 0), higher = core.nineFromAbove(above[k], cell, 0);
  const total = side.map((value, i) => value + higher[i]), weights = DATA.kernel[k].flat();
  const products = total.map((value, i) => value * weights[i]);
  byId("steps").replaceChildren(
    step("", "lateral", side, "1 · Lateral: 1x1 of C4"),
    step("+", "above", higher, "2 · From above: P5′", colours[1]),
    step("=", "sum", total, "3 · Their sum: P4′", colours[0]),
    step("×", "kernel", weights, "4 · Weights of the 3x3"),
    step("=", "products", products, "5 · Nine products"),
  );
  const own = products.reduce((a, b) => a + b, 0), value = result[cell[0]][cell[1]];
  const others = value - own - DATA.bias;
  say("where", `Cell ${cell.join(", ")} of P4 (small frame): one number of the 1x1 convolution, made of the `
    + `${DATA.depth_below} of C4 there, plus one of P5′, whose cell (large frame) covers 2 x 2 cells. The 3x3 convolution looks at nine sums (dotted).`);
  byId("result").replaceChildren(
    `6 · The nine products of channel ${inner[k]} add up to `, make("b", {}, fixed(own, 2)), `. The other ${depth - 1} channels give `
    + `${fixed(others, 2)}, the bias ${fixed(DATA.bias, 2)}. Together: channel ${channel} of P4 is `, make("b", { id: "value" }, fixed(value, 2)), " in this cell.");
}

function goTo(place) {
  cell = place.map((value, axis) => clamp(value, 0, mapSides[axis] - 1));
  show();
}
for (const view of pictures) watchPoint(view, (point) => goTo(core.cellAt(point, stride, mapSides)), (by) => goTo(cell.map((value, axis) => value + by[axis])));
for (const input of document.querySelectorAll("input[name=inner]")) input.addEventListener("change", show);
show();
