// The chosen instance, pinned beside the stages: its picture, its steps, and those before and after.
const pinned = byId("pinned");
pinned.innerHTML = `<div class="turns"><button type="button" id="previous" aria-label="The instance before">←</button>
  <div class="chosen"><svg id="chosen-picture" role="img" aria-label="The chosen instance"></svg>
  <p id="chosen-name" aria-live="polite"></p></div>
  <button type="button" id="next" aria-label="The next instance">→</button></div>
  <ol class="steps" id="chosen-steps"></ol>
  <div class="turned" id="turned" hidden><p id="turned-text" aria-live="polite"></p><button type="button" id="reset-all">Reset all knobs</button></div>
  <p class="hint keys">Keys: ← and → choose the one before and after.</p>`;

/** The steps of an instance, from the anchor to the mask: [section, colour, words]. */
const stepsOf = (it) => [
  ["anchors", ANCHOR, `anchor on ${it.anchor.level}, cell ${list(it.anchor.cell, 0)}`],
  ["anchors", levelColour(it.anchor.level), `objectness ${fixed(it.anchor.objectness, 3)}`],
  ["proposals", PROPOSAL, `proposal ${it.proposal.index + 1} of ${count(state.result.number)}`],
  ["rois", levelColour(it.proposal.level), `RoI read off ${it.proposal.level}`],
  ["head", it.colour, `${it.name}: ${fixed(it.score, 3)}`],
  ["detections", DETECTION, `${several(it.suppressed.length, "box", "boxes")} dropped for it`],
  ["masks", it.colour, `mask of ${several(it.pixels, "pixel")}`],
];

on("chosen", () => {
  const it = chosenOne();
  pinned.classList.toggle("empty", !it);
  byId("chosen-steps").replaceChildren();
  byId("chosen-picture").replaceChildren();
  for (const turning of pinned.querySelectorAll(".turns button, .keys")) turning.hidden = !detections().length;
  say("chosen-name", it ? "" : state.result && !detections().length ? "Nothing was found" : "No instance is chosen");
  if (!it) return;
  byId("chosen-name").append(
    make("strong", {}, it.name),
    ` ${fixed(it.score, 3)}`,
    make("br"),
    `${it.index + 1} of ${detections().length}`,
  );
  thumbnail(byId("chosen-picture"), it);
  for (const [id, colour, words] of stepsOf(it))
    byId("chosen-steps").append(make("li", {}, make("a", { href: `#${id}` }, swatch(colour), words)));
});

// A chosen instance that a turned knob has lost: what is pinned is where it was.
on("missed", ({ missed }) => {
  if (chosenOne() || !missed) return;
  pinned.classList.remove("empty");
  const { name, index, path, colour } = missed.was ?? { name: "this box", index: -1, path: "", colour: MISSED };
  thumbnail(byId("chosen-picture"), { own_box: missed.box, path, colour });
  byId("chosen-name").replaceChildren(
    make("strong", {}, index < 0 ? name : `Instance ${index + 1}: ${name}`),
    make("br"),
    "not found",
  );
  byId("chosen-steps").replaceChildren(
    make("li", {}, make("a", { href: "#missed" }, swatch(MISSED), "which step lost it?")),
  );
});

/** A square of the photograph around an instance, with its outline. */
function thumbnail(svg, { own_box: [y1, x1, y2, x2], path, colour }) {
  const { height, width, url } = state.photo;
  const side = Math.min(1.3 * Math.max(y2 - y1, x2 - x1, 4), Math.max(height, width));
  // Not beyond the photograph, where it is large enough.
  const from = (low, high, most) =>
    side > most ? (most - side) / 2 : clamp((low + high - side) / 2, 0, most - side);
  svg.replaceChildren();
  svg.setAttribute("viewBox", `${from(x1, x2, width)} ${from(y1, y2, height)} ${side} ${side}`);
  draw(svg, "image", { href: url, height, width });
  draw(svg, "path", { d: path, fill: "none", stroke: "#111", "stroke-width": 4 });
  draw(svg, "path", { d: path, fill: "none", stroke: colour, "stroke-width": 2.2 });
}

on("result", () => {
  byId("turned").hidden = !anyChanged();
  const [before, now] = [state.first, state.result].map((result) => result.instances.length);
  say("turned-text", `With your knobs: ${several(now, "detection")}; before, ${before}.`);
});
byId("reset-all").addEventListener("click", resetKnobs);
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));
addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, [role=application]"))
    return;
  event.preventDefault();
  turn(step);
});
