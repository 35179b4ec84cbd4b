// Rivals: boxes before and after NMS in one picture, and who dropped whom. Used for both rounds.

/**
 * A picture of the candidates of NMS. `pick(result)` gives them; `most` limits how many are drawn.
 * Under the pointer, and by arrow keys, it says what became of a box.
 */
function rivalsPicture(parent, label, { pick, most, colourOf, nameOf, wonName }) {
  const view = makePicture(parent, `${label}; arrow keys go from box to box`, { keys: true });
  const rivals = { view, after: true, told: -1, shown: [] };
  view.story = make("p", { class: "hint story", "aria-live": "polite" });
  view.figure.append(view.story);

  rivals.show = () => {
    const all = pick(state.result),
      number = all.scores.length;
    rivals.all = all;
    rivals.boxes = exclusive(all.boxes, state.result.settings);
    const best = Array.from({ length: number }, (_, i) => i).sort((a, b) => all.scores[b] - all.scores[a]);
    rivals.shown = best.filter((i) => !rivals.after || all.won[i] >= 0).slice(0, most);
    rivals.told = -1;
    view.still.replaceChildren();
    const won = rivals.shown.filter((i) => all.won[i] >= 0),
      lost = rivals.shown.filter((i) => all.won[i] < 0);
    drawBoxes(view.still, boxesAt(rivals.boxes, lost), { ...DOTTED, opacity: 0.8 });
    for (const i of won)
      drawBox(view.still, boxOf(rivals.boxes, i), { stroke: colourOf(all, i), "stroke-width": 1.6 });
    view.story.textContent = "Point at a box to read what became of it.";
  };

  /** What became of a box, in words, and its rival in the picture. */
  rivals.tell = (i) => {
    rivals.told = i;
    const { all } = rivals,
      by = all.suppressor[i],
      layer = rivals.layer();
    const box = `${nameOf(all, i)}, score ${fixed(all.scores[i], 3)}`;
    if (by >= 0) outlined(layer, boxOf(rivals.boxes, by), colourOf(all, by), { "stroke-width": 3, class: "rival" });
    outlined(layer, boxOf(rivals.boxes, i), "#fff", {
      "stroke-width": 2.5,
      ...(by >= 0 ? DOTTED : {}),
      class: "told",
    });
    view.story.textContent =
      by >= 0
        ? `${box}: dropped for ${nameOf(all, by)} (score ${fixed(all.scores[by], 3)}), IoU ${fixed(all.iou[i], 2)}.`
        : all.won[i] >= 0
          ? `${box}: stays, as ${wonName} ${all.won[i] + 1}.`
          : `${box}: no rival drops it, but the list is full.`;
  };

  const under = (point) => {
    if (!rivals.shown.length) return;
    const i = nearestEdge(rivals.boxes, rivals.shown, point, state.result.size[1] / 60);
    if (i >= 0 && i !== rivals.told) rivals.tell(i);
  };
  watchPoint(view, under, (by) => {
    const at = rivals.shown.indexOf(rivals.told),
      number = rivals.shown.length;
    if (number) rivals.tell(rivals.shown[(at + by[0] + by[1] + number) % number]);
  });
  return rivals;
}

/** The box whose edge is nearest to a point, at most so many pixels away; -1 for none. */
function nearestEdge(boxes, places, [y, x], reach) {
  let best = -1,
    least = reach;
  for (const i of places) {
    const [y1, x1, y2, x2] = boxOf(boxes, i);
    const outside = Math.hypot(Math.max(y1 - y, y - y2, 0), Math.max(x1 - x, x - x2, 0));
    const inside = Math.min(Math.abs(y - y1), Math.abs(y - y2), Math.abs(x - x1), Math.abs(x - x2));
    const distance = outside || inside;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** Two buttons: before NMS, after NMS. */
function beforeAfter(parent, name, rivals, redraw) {
  const box = make("fieldset", { class: "knob plain" }, make("legend", {}, "Show the boxes"));
  for (const [value, words] of [
    ["before", "before NMS"],
    ["after", "after NMS"],
  ]) {
    const input = make("input", { type: "radio", name, value, checked: (value === "after") === rivals.after });
    input.addEventListener("change", () => {
      rivals.after = value === "after";
      redraw();
    });
    box.append(make("label", { class: "pill" }, input, make("span", {}, words)));
  }
  parent.append(box);
}
