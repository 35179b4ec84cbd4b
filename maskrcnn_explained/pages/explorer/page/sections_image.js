// 1 The molded image: how the photograph is scaled, padded, and turned into numbers.
const molding = addSection(
  "molding",
  "The molded image",
  "The photograph is scaled and padded, so that every feature map fits. Then the mean colour is " +
    "taken away: what enters the network are numbers around zero. All boxes from here on are pixels " +
    "of this picture.",
);
const moldingView = makePicture(molding.body, "The molded image; arrow keys move the pixel that is read", {
  keys: true,
});
const moldingFacts = make("div", { class: "facts" });
molding.body.append(moldingFacts);
molding.body.classList.add("sides");
let pixel = [0, 0];
const PADDED_TO = {
  square: ", a square",
  pad64: `: multiples of 64, so that ${LEVELS.at(-1)} has whole cells`,
  pad32: ": multiples of 32, so that P5 has whole cells",
};

on("result", ({ result, photo }) => {
  const [height, width] = result.size;
  setGround(moldingView, result.url, result.size);
  const [y1, x1, y2, x2] = result.window.box;
  moldingView.still.replaceChildren();
  if (y1 > 0 || x1 > 0 || y2 < height || x2 < width)
    drawBoxes(moldingView.still, [result.window.box], { ...DOTTED, "stroke-width": 1.5 });
  moldingFacts.replaceChildren(
    make(
      "p",
      {},
      `${photo.height} x ${photo.width} pixels, scaled by ${fixed((y2 - y1) / photo.height, 2)} to ` +
        `${fixed(y2 - y1, 0)} x ${fixed(x2 - x1, 0)}, ` +
        `padded to ${height} x ${width}${PADDED_TO[state.settings.resize_mode]}.`,
    ),
    make("table", { class: "numbers", id: "pixel" }),
  );
  pixel = [Math.floor(height / 2), Math.floor(width / 2)];
  showPixel();
});

/** The three numbers of one pixel, before and after the mean is taken away. */
function showPixel() {
  const { molded_image: molded, size } = state.result,
    [y, x] = pixel,
    mean = state.settings.mean_pixel;
  const row = [0, 1, 2].map((c) => molded.data[3 * (y * size[1] + x) + c]);
  const line = (name, values, digits) =>
    make("tr", {}, make("th", {}, name), ...values.map((value) => make("td", {}, fixed(value, digits))));
  byId("pixel").replaceChildren(
    make("caption", {}, `Pixel (${y}, ${x}) in the white square${molded.rounded ? ", rounded to whole numbers" : ""}`),
    make("tr", {}, make("td"), ...["red", "green", "blue"].map((name) => make("th", {}, name))),
    line(
      "photograph",
      row.map((value, c) => value + mean[c]),
      0,
    ),
    line("mean", mean, 1),
    line("enters", row, 1),
  );
  drawMolding();
}

function drawMolding() {
  const layer = fresh(moldingView),
    it = chosenOne(),
    [y, x] = pixel;
  if (it) outlined(layer, it.box, DETECTION, { "stroke-width": 2.5, class: "own-mark" });
  outlined(layer, [y - 2, x - 2, y + 3, x + 3], "#fff", { "stroke-width": 1.5 });
}

const pixelAt = (point) => {
  if (!state.result) return;
  pixel = point.map((value, i) => clamp(Math.floor(value), 0, state.result.size[i] - 1));
  showPixel();
};
watchPoint(moldingView, pixelAt, (by) => pixelAt([pixel[0] + by[0], pixel[1] + by[1]]));

on("chosen", () => {
  const it = chosenOne();
  say(
    "molding-own",
    it
      ? `Instance ${it.index + 1} lies at ${list(it.own_box)} of the photograph, which is ` +
          `${list(it.box)} here: (y1, x1, y2, x2).`
      : "",
  );
  if (state.result) drawMolding();
});
