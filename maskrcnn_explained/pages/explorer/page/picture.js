// Pictures: an SVG whose units are pixels, with a ground that stays and an overlay that changes.

/** A figure with an empty picture. With `keys` it can be reached by the keyboard. */
function makePicture(parent, label, { keys = false, caption = "", flat = false } = {}) {
  const figure = make("figure", { class: "picture" }),
    words = make("figcaption", {}, caption);
  const svg = draw(figure, "svg", { role: keys ? "application" : flat ? "group" : "img", "aria-label": label });
  if (keys) svg.setAttribute("tabindex", 0);
  const [ground, still, overlay, marks] = ["ground", "still", "overlay", "marks"].map((name) =>
    draw(svg, "g", { class: name }),
  );
  figure.append(words);
  parent.append(figure);
  if (keys) speakWhileFocused(svg, words);
  return { figure, svg, ground, still, overlay, marks, words, size: [1, 1] };
}

/** While keys move something in a picture, a screen reader reads the words below it. */
function speakWhileFocused(svg, words) {
  svg.addEventListener("focus", () => words.setAttribute("aria-live", "polite"));
  svg.addEventListener("blur", () => words.removeAttribute("aria-live"));
}

/** What lies below: a picture as a data URL, [height, width] in units of the drawing. */
function setGround(view, href, [height, width], kind = "photo") {
  view.size = [height, width];
  view.svg.style.setProperty("--ratio", (width / height).toFixed(3));
  view.ground.replaceChildren();
  draw(view.ground, "image", { href, height, width, preserveAspectRatio: "none", class: kind });
  lookAll(view);
}

const lookAll = ({ svg, size: [height, width] }) => svg.setAttribute("viewBox", `0 0 ${width} ${height}`);

/** Look at the part of a picture around some boxes. The shape of the picture stays. */
function lookAround(view, boxes, margin = 0.4) {
  const [height, width] = view.size;
  if (!boxes.length) return lookAll(view);
  const edge = (i, f) => f(...boxes.map((box) => box[i]));
  const [y1, x1, y2, x2] = [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
  const part = Math.max((y2 - y1) / height, (x2 - x1) / width, 8 / height) * (1 + 2 * margin);
  const [h, w] = [height, width].map((side) => side * Math.min(part, 1));
  const [y, x] = [clamp((y1 + y2 - h) / 2, 0, height - h), clamp((x1 + x2 - w) / 2, 0, width - w)];
  view.svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
}

/** Empty the overlay of a picture, and return it. */
function fresh(view) {
  view.overlay.replaceChildren();
  return view.overlay;
}

/** Many thin boxes as one element. */
function drawBoxes(parent, boxes, attributes = {}) {
  const d = boxes.map(([y1, x1, y2, x2]) => `M${x1} ${y1}H${x2}V${y2}H${x1}Z`).join("");
  return draw(parent, "path", { d, fill: "none", stroke: "#fff", "stroke-width": 1, ...attributes });
}

const cellBox = (name, cell) => core.cellBox(cell, STRIDE[name]);
