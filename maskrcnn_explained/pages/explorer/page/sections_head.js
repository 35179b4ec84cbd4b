// 6 Box head: one score per class, and four deltas that move the box once more.
const head = addSection(
  "head",
  "Box head: what is it, and where exactly?",
  "From the pooled grid come one probability per class, and four deltas per class, which move the " +
    "box once more. The probabilities add up to one; background is a class of its own.",
);
const headPair = make("div", { class: "sides" });
head.body.append(headPair);
const headView = makePicture(headPair, "The proposal (dotted) and the refined box");
headView.words.append(swatch(PROPOSAL), "proposal, before ", swatch(DETECTION), "refined, after");
const headSide = make(
  "div",
  { class: "facts" },
  make("div", { id: "class-bars", class: "bars-list" }),
  make("div", { id: "deltas" }),
);
headPair.append(headSide);
const SHOWN_CLASSES = 8;

on("result", ({ result }) => setGround(headView, result.url, result.size));

/** The classes of a RoI with their probabilities, the most probable first. */
function showClasses({ proposal: { probs }, class_id }) {
  const order = Array.from(probs, (_, i) => i)
    .sort((a, b) => probs[b] - probs[a])
    .slice(0, SHOWN_CLASSES);
  byId("class-bars").replaceChildren(
    ...order.map((i) =>
      make(
        "div",
        {
          class: `class-bar${i === class_id ? " own-class" : ""}`,
          style: `--own:${classColour(i)};--part:${probs[i]}`,
        },
        make("span", { class: "class-name" }, className(i)),
        make("span", { class: "bar" }),
        make("span", { class: "value" }, fixed(probs[i], 3)),
      ),
    ),
  );
}

/** The four deltas in numbers and in words. They are in units of their spread, delta_std. */
function showDeltas({ deltas, proposal: { box } }) {
  const std = state.settings.delta_std,
    [dy, dx, dh, dw] = Array.from(deltas, (value, i) => value * std[i]);
  const [height, width] = [box[2] - box[0], box[3] - box[1]],
    percent = (log) => Math.round(100 * (Math.exp(log) - 1));
  const way = (pixels, less, more) =>
    Math.abs(pixels) < 0.05 ? "not moved" : `${fixed(Math.abs(pixels), 1)} pixels ${pixels < 0 ? less : more}`;
  const size = (log, name) =>
    percent(log) === 0
      ? `as ${name} as before`
      : `${Math.abs(percent(log))} % ${percent(log) < 0 ? "less" : "more"} ${name}`;
  const rows = [
    ["dy", deltas[0], way(dy * height, "up", "down")],
    ["dx", deltas[1], way(dx * width, "left", "right")],
    ["dh", deltas[2], size(dh, "high")],
    ["dw", deltas[3], size(dw, "wide")],
  ];
  byId("deltas").replaceChildren(
    make(
      "table",
      { class: "numbers" },
      make("caption", {}, "Deltas of its class"),
      ...rows.map(([name, value, words]) =>
        make(
          "tr",
          {},
          make("th", {}, name),
          make("td", {}, fixed(value, 2)),
          make("td", { class: "words" }, words),
        ),
      ),
    ),
  );
}

on("chosen", () => {
  const it = chosenOne(),
    layer = fresh(headView);
  headPair.hidden = !it;
  if (!it) return say("head-own", unchosen());
  outlined(layer, it.proposal.box, PROPOSAL, { "stroke-width": 2.5, ...DOTTED });
  outlined(layer, it.box, DETECTION, { "stroke-width": 3, class: "own-mark" });
  lookAround(headView, [it.proposal.box, it.box], 0.35);
  showClasses(it);
  showDeltas(it);
  say(
    "head-own",
    `Instance ${it.index + 1}: the box head calls it ${it.name} with probability ` +
      `${fixed(it.score, 3)}, and moves the box to ${list(it.box)}.`,
  );
});
