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

// The photograph itself is in the page once; thumbnails refer to it.
draw(byId("shared"), "image", { id: "photograph", href: original.image, width: original.size[1], height: original.size[0] });

/** What is called an instance where there is room: more than its class. */
const titleOf = (it, i) => `${i + 1} ${it.name}, score ${it.score.toFixed(3)}, ${it.pixels} pixels, `
  + `${["top", "middle", "bottom"][third(it, 0)]} ${["left", "centre", "right"][third(it, 1)]} of the photograph, found on ${it.anchor.level}`;
const third = ({ own_box: box }, axis) =>
  clamp(Math.floor((3 * (box[axis] + box[axis + 2])) / 2 / original.size[axis]), 0, 2);

/** A square of the photograph around an instance, with its outline. */
function thumbnail(svg, it) {
  const [y1, x1, y2, x2] = it.own_box, side = 1.2 * Math.max(y2 - y1, x2 - x1, 4);
  svg.setAttribute("viewBox", `${(x1 + x2 - side) / 2} ${(y1 + y2 - side) / 2} ${side} ${side}`);
  svg.replaceChildren();
  draw(svg, "use", { href: "#photograph" });
  for (const points of it.outline) draw(svg, "polygon", { points: points.join(" "), fill: "none", stroke: it.colour, "stroke-width": 2 });
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
