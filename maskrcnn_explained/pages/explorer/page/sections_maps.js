// 2 Feature maps: C2..C5 of the backbone, P2..P6 of the FPN; where a cell looks, what it says.
const maps = addSection(
  "maps",
  "Backbone and FPN: what the network sees",
  "Convolutions turn the picture into maps of features, C2 to C5, each half as fine as the one " +
    "before. Coarse maps know what there is, fine ones where. The FPN adds the coarse to the fine: " +
    "P2 to P6. Point at a cell, or tap it, to see where it looks.",
);
const mapRow = make("div", { class: "maps", role: "group", "aria-label": "Feature maps" });
const mapPair = make("div", { class: "sides" });
const mapControls = make("div", { class: "knob plain" });
maps.body.append(mapRow, mapControls, mapPair);
const mapPhoto = makePicture(mapPair, "The photograph; arrow keys move the cell", {
  keys: true,
  caption: "where the cell looks",
});
const mapLarge = makePicture(mapPair, "The feature map; arrow keys move the cell", { keys: true });
const shownMap = { name: "P3", channel: -1 }; // channel -1: the mean strength of all

/** The channel at a place of the slider; -1: all. */
const channelAt = (name, at) => (at < 0 ? -1 : channelsOf(name)[at]);

const channelInput = make("input", { type: "range", id: "channel", min: -1, max: 63, step: 1, value: -1 });
const channelValue = make("output", { for: "channel" });
mapControls.append(
  make("div", { class: "knob-head" }, make("label", { for: "channel" }, "Channel"), channelValue),
  channelInput,
);
channelInput.addEventListener("input", () => {
  shownMap.channel = channelAt(shownMap.name, Number(channelInput.value));
  showMap();
});

for (const name of MAPS) {
  const button = make(
    "button",
    { type: "button", class: "map", "data-map": name, "aria-pressed": false, style: `--own:${levelColour(name)}` },
    make("img", { alt: "" }),
    make("span", {}, name),
  );
  button.addEventListener("click", () => {
    Object.assign(shownMap, { name, channel: -1 });
    showMap();
  });
  mapRow.append(button);
}

on("result", ({ result }) => {
  mapRow.style.setProperty("--ratio", clamp(result.size[1] / result.size[0], 0.7, 2));
  for (const button of mapRow.children) {
    const name = button.dataset.map,
      [h, w] = result[name].shape;
    button.querySelector("img").src = result.urls[name];
    button.setAttribute("aria-label", `${name}: ${h} x ${w} cells of ${STRIDE[name]} pixels`);
  }
  setGround(mapPhoto, result.url, result.size);
  showMap();
});

/** Show the map that is asked for: all channels together, or one of them. */
function showMap() {
  const { result } = state,
    { name, channel } = shownMap,
    [h, w, depth] = result[name].shape;
  for (const button of mapRow.children) button.setAttribute("aria-pressed", button.dataset.map === name);
  channelInput.max = channelsOf(name).length - 1;
  channelInput.value = channelsOf(name).indexOf(channel);
  channelValue.textContent = channel < 0 ? `all ${depth}: mean strength` : `${channel} of ${depth}`;
  setGround(
    mapLarge,
    channel < 0 ? result.urls[name] : channelPicture(name, channel),
    result.size,
    "map",
  );
  mapLarge.words.textContent =
    `${name}: ${h} x ${w} cells of ${STRIDE[name]} pixels; ` +
    `${channel < 0 ? "dark is the least, bright the most" : "black is zero or less, bright is most"}`;
  showCell();
}

/** The cell of a map that holds the point. */
const cellAt = (name, point) => core.cellAt(point, STRIDE[name], state.result[name].shape);

function showCell() {
  if (!state.result) return;
  const { name } = shownMap,
    cell = cellAt(name, state.point),
    it = chosenOne();
  const field = core.receptiveField(state.settings, Number(name[1]) - 2, cell);
  for (const view of [mapPhoto, mapLarge]) {
    const layer = fresh(view);
    if (it) outlined(layer, it.box, DETECTION, { "stroke-width": 2, class: "own-mark" });
    if (field && view === mapPhoto) outlined(layer, field, "#fff", { "stroke-width": 1.5, ...DOTTED });
    outlined(layer, cellBox(name, cell), levelColour(name), { "stroke-width": 2.5, class: "cell" });
  }
  const side = field ? Math.round(field[2] - field[0]) : 0;
  mapPhoto.words.textContent =
    `cell ${list(cell, 0)} of ${name}: ${STRIDE[name]} x ${STRIDE[name]} pixels` +
    (field
      ? `; its convolutions see ${side} x ${side} ` +
        `(dotted${side > state.result.size[0] ? ", more than the picture" : ""})`
      : "");
  showRecipe(name, cell, shownMap.channel);
}

for (const view of [mapPhoto, mapLarge])
  watchPoint(
    view,
    (point) => {
      if (state.result) lookAt(point);
    },
    (by) => {
      const stride = STRIDE[shownMap.name],
        cell = cellAt(shownMap.name, state.point);
      lookAt(cell.map((value, i) => (value + by[i] + 0.5) * stride));
    },
  );
on("point", showCell);
on("chosen", () => {
  const it = chosenOne();
  say(
    "maps-own",
    it
      ? `Instance ${it.index + 1} began in cell ${list(it.anchor.cell, 0)} of ${it.anchor.level}; its ` +
          `box (green) is framed in every map.`
      : "",
  );
  if (it) Object.assign(shownMap, { name: it.anchor.level, channel: -1 });
  if (state.result) showMap();
});
