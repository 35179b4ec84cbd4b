// A box to drag and resize in an SVG, with the pointer or with the arrow keys (Shift resizes).

/** Listen to an SVG. `state` has box [y1, x1, y2, x2], size [h, w], unit, and changed(), which draws. */
function makeDraggable(svg, state) {
  let held = null;
  svg.classList.add("draggable");
  const least = 8;

  function move(dy, dx, resize) {
    let [y1, x1, y2, x2] = state.box;
    if (resize) {
      y2 = clamp(y2 + dy, y1 + least, state.size[0]);
      x2 = clamp(x2 + dx, x1 + least, state.size[1]);
    } else {
      dy = clamp(dy, -y1, state.size[0] - y2);
      dx = clamp(dx, -x1, state.size[1] - x2);
      [y1, x1, y2, x2] = [y1 + dy, x1 + dx, y2 + dy, x2 + dx];
    }
    state.box = [y1, x1, y2, x2];
    state.changed();
  }

  svg.addEventListener("pointerdown", (event) => {
    if (state.fixed) return;
    const [y, x] = place(svg, event), box = state.box;
    const corner = Math.hypot(y - box[2], x - box[3]) < 14 * state.unit;
    const inside = y > box[0] && y < box[2] && x > box[1] && x < box[3];
    if (corner || inside) { held = { at: [y, x], resize: corner }; svg.setPointerCapture(event.pointerId); }
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held || state.fixed) return;
    const [y, x] = place(svg, event);
    move(y - held.at[0], x - held.at[1], held.resize);
    held.at = [y, x];
  });
  svg.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("keydown", (event) => {
    const step = arrow(event);
    if (!step || state.fixed) return;
    event.preventDefault();
    move(step[0], step[1], event.shiftKey);
  });
}

/** The corner that resizes the box. */
function drawHandle(svg, { box: [, , y2, x2], unit }, fill) {
  draw(svg, "rect", { x: x2 - 5 * unit, y: y2 - 5 * unit, width: 10 * unit, height: 10 * unit, fill, id: "handle" });
}
