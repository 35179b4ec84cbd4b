// What widgets, explorer and report use. DATA holds what Python gave; boxes are [y1, x1, y2, x2] in
// pixels.
const byId = (id) => document.getElementById(id);

/** Make an SVG element inside another, with attributes. */
function draw(parent, tag, attributes = {}, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  parent.append(element);
  return element;
}

function drawBox(parent, [y1, x1, y2, x2], attributes = {}) {
  const size = { x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(0, y2 - y1) };
  return draw(parent, "rect", { fill: "none", "stroke-width": 1.5, ...size, ...attributes });
}

/** Intersection over union of two boxes; for pages with boxes.js of core. */
const iou = (one, other) => core.iou(Float32Array.from(one), Float32Array.from(other))[0];

/** The place of a pointer event in the units of an SVG, as [y, x]. */
function place(svg, event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  const { x, y } = point.matrixTransform(svg.getScreenCTM().inverse());
  return [y, x];
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Tell the page around this frame how high it should be; see heights.js. */
function tellHeight() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  if (parent !== window) parent.postMessage({ mrxHeight: height }, "*");
}
new ResizeObserver(tellHeight).observe(document.body);
addEventListener("message", tellHeight);

/** A box with a dark edge, so that it shows on any ground. */
function outlined(parent, box, stroke, attributes = {}) {
  const width = attributes["stroke-width"] ?? 1.5;
  drawBox(parent, box, { stroke: "#111", "stroke-width": width + 1.6, "aria-hidden": true, class: "edge" });
  return drawBox(parent, box, { stroke, ...attributes, "stroke-width": width });
}

/** The step of an arrow key as [down, right], or undefined. */
const arrow = (event) =>
  ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] })[event.key];
