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
    drawRivals(view.still, { ...all, boxes: rivals.boxes }, rivals.shown, (i) => colourOf(all, i));
    view.story.textContent = rivals.shown.length
      ? "Point at a box, or tap it, to read what became of it."
      : "There is no box to show.";
  };

  /** What became of a box, in words, and its rival in the picture. */
  rivals.tell = (i) => {
    rivals.told = i;
    const { all, boxes } = rivals;
    drawRival(rivals.layer(), { ...all, boxes }, i, (one) => colourOf(all, one));
    view.story.textContent = rivalWords(all, i, (one) => nameOf(all, one), wonName);
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
