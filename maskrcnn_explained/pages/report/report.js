// Pictures of the report: each SVG has a background that stays, and an overlay that changes.
const { photo, size, original, stages, levels, proposals, instances } = DATA;
const ANCHOR = "#EE7733", PROPOSAL = "#33BBEE", DETECTION = "#00CC88";
const DOTTED = { "stroke-dasharray": "3 3" };
const views = {};

/** Prepare an SVG: its units are pixels of a picture of this size; returns its overlay. */
function picture(id, image, [height, width], attributes = {}) {
  const svg = typeof id === "string" ? byId(id) : id;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const still = draw(svg, "g"), overlay = draw(svg, "g");
  const box = { width, height, preserveAspectRatio: "none" };
  if (image) draw(still, "image", { href: image, ...box, ...attributes });
  return { svg, still, overlay, size: [height, width] };
}

const onPhoto = (id) => picture(id, photo, size, { class: "photo" });

/** Look at the part of a picture around some boxes; without boxes, at all of it. */
function look({ svg, size: [height, width] }, boxes, around = 0.4) {
  if (!boxes.length) return svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const edge = (i, f) => f(...boxes.map((box) => box[i]));
  const [y1, x1, y2, x2] = [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
  const side = Math.min(Math.max(y2 - y1, x2 - x1, 8) * (1 + 2 * around), Math.max(height, width));
  const [h, w] = [Math.min(side, height), Math.min(side * 1.3, width)];
  const [y, x] = [clamp((y1 + y2 - h) / 2, 0, height - h), clamp((x1 + x2 - w) / 2, 0, width - w)];
  svg.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
}

/** A line under a light one, so that a box shows on any ground. */
function frame(parent, box, stroke, attributes = {}) {
  const width = attributes["stroke-width"] ?? 2.5;
  drawBox(parent, box, { stroke: "#222", ...attributes, "stroke-width": width + 1.5, class: "" });
  return drawBox(parent, box, { stroke, ...attributes, "stroke-width": width });
}

/** A row of tiles, the channels of one map; returns a function that frames a box in each. */
function tiles(parent, map, caption) {
  const figure = document.createElement("figure"), text = document.createElement("figcaption");
  const svg = draw(figure, "svg", { role: "img", "aria-label": caption });
  const [h, w] = map.cells, view = picture(svg, map.image, [h, w * map.tiles]);
  for (let i = 1; i < map.tiles; i++) draw(view.still, "line", { x1: i * w, x2: i * w, y1: 0, y2: h, stroke: "#fff" });
  text.textContent = caption;
  figure.append(text);
  parent.append(figure);
  return (box, stroke) => {
    view.overlay.replaceChildren();
    for (let i = 0; box && i < map.tiles; i++) {
      const [y1, x1, y2, x2] = box.map((edge) => edge / map.stride);
      drawBox(view.overlay, [y1, x1 + i * w, y2, x2 + i * w], { stroke, "stroke-width": 2 });
    }
  };
}

const say = (id, text) => { byId(id).textContent = text; };
const list = (values, digits = 1) => `(${values.map((value) => value.toFixed(digits)).join(", ")})`;
