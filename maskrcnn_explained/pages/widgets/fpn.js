// A cell of P4: where it looks, and the numbers that it is made of.
const { image, size, lateral, above, kernel, result, inner, channel, depth, colours } = DATA;
const rows = result.length, columns = result[0].length;
const step = [size[0] / rows, size[1] / columns]; // pixels per cell
const pictures = [byId("picture"), byId("map")];
const largest = result.flat().indexOf(Math.max(...result.flat()));
let cell = [Math.floor(largest / columns), largest % columns]; // begin where P4 is largest

/** A number of a map, or 0 outside: the convolution pads with zeros. */
const read = (map, row, column) => (row < 0 || column < 0 || row >= rows || column >= columns ? 0 : map(row, column));

/** The nine numbers around the cell, of a function of row and column. */
const nine = (map) => [-1, 0, 1].map((r) => [-1, 0, 1].map((c) => read(map, cell[0] + r, cell[1] + c)));

const cells = ([row, column], height = 1, width = height) =>
  [row * step[0], column * step[1], (row + height) * step[0], (column + width) * step[1]];

function frames(svg) {
  svg.replaceChildren();
  const shown = svg.id === "map" ? DATA.map : image;
  draw(svg, "image", { href: shown, width: size[1], height: size[0], preserveAspectRatio: "none", class: svg.id });
  const [row, column] = cell, even = [row - (row % 2), column - (column % 2)];
  outlined(svg, cells([row - 1, column - 1], 3), "#fff", { "stroke-dasharray": "3 3", "stroke-width": 1.5 });
  outlined(svg, cells(even, 2), colours[1], { "stroke-width": 2 });
  outlined(svg, cells(cell), colours[0], { "stroke-width": 2.5, id: `cell-${svg.id}` });
}

const two = (value) => value.toFixed(2).replace(/^-(?=0\.00$)/, ""); // no "-0.00"

/** A table of 3 x 3 numbers: positive ones on orange, negative ones on blue. */
function fill(name, values) {
  const most = Math.max(...values.flat().map(Math.abs), 1e-9);
  byId(name).innerHTML = values.map((line, r) => `<tr>${line.map((value, c) => {
    const strength = (0.55 * Math.abs(value)) / most, tone = value > 0 ? "230,120,0" : "0,120,220";
    return `<td class="${r === 1 && c === 1 ? "own" : ""}" style="background:rgba(${tone},${strength.toFixed(2)})">${two(value)}</td>`;
  }).join("")}</tr>`).join("");
}

function show() {
  pictures.forEach(frames);
  const k = inner.findIndex((one) => `channel ${one}` === document.querySelector("input[name=inner]:checked").value);
  const side = nine((r, c) => lateral[k][r][c]);
  const higher = nine((r, c) => above[k][r >> 1][c >> 1]);
  const total = side.map((line, r) => line.map((value, c) => value + higher[r][c]));
  const products = total.map((line, r) => line.map((value, c) => value * kernel[k][r][c]));
  fill("lateral", side);
  fill("above", higher);
  fill("sum", total);
  fill("kernel", kernel[k]);
  fill("products", products);
  const own = products.flat().reduce((a, b) => a + b, 0), value = result[cell[0]][cell[1]];
  const others = value - own - DATA.bias;
  byId("where").textContent = `Cell ${cell[0]}, ${cell[1]} of P4 (small frame): one number of the 1x1 convolution, made of the `
    + `${DATA.depth_below} of C4 there, plus one of P5', whose cell (large frame) covers 2 x 2 cells. The 3x3 convolution looks at nine sums (dotted).`;
  byId("result").innerHTML = `6 · The nine products of channel ${inner[k]} add up to <b>${two(own)}</b>. The other ${depth - 1} channels give `
    + `${two(others)}, the bias ${two(DATA.bias)}. Together: channel ${channel} of P4 is <b id="value">${two(value)}</b> in this cell.`;
}

for (const svg of pictures) {
  const look = (event) => {
    const [y, x] = place(svg, event);
    cell = [clamp(Math.floor(y / step[0]), 0, rows - 1), clamp(Math.floor(x / step[1]), 0, columns - 1)];
    show();
  };
  svg.addEventListener("pointermove", look);
  svg.addEventListener("pointerdown", look);
  svg.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (!by) return;
    event.preventDefault();
    cell = [clamp(cell[0] + by[0], 0, rows - 1), clamp(cell[1] + by[1], 0, columns - 1)];
    show();
  });
}
for (const input of document.querySelectorAll("input[name=inner]")) input.addEventListener("change", show);
show();
