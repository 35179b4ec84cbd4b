// The page begins: what is packed becomes a result of core/embedded.js, and the stages show it.
async function openEmbedded() {
  const { embedded, settings, title } = DATA,
    [height, width] = embedded.size;
  state.photo = { name: "photo", title: `“${title}”`, height, width, url: embedded.photo };
  announce("photo");
  showProgress("Unpacking the numbers", 0.3);
  const given = await core.unpackArrays(embedded.arrays);
  const around = { ...embedded.window, box: Float32Array.from(embedded.window.box) };
  const result = core.embeddedResult(given, settings, state.photo, embedded.molded_size, around);
  showProgress("Drawing", 0.8);
  result.molded_image = await moldedImage(embedded, around, settings);
  Object.assign(result, { url: embedded.molded, activities: {}, urls: {} });
  for (const [name, { shape, strength }] of Object.entries(embedded.maps)) {
    result[name] = { shape };
    result.urls[name] = strength;
  }
  if (embedded.recipe) await readSums(embedded.recipe, result);
  receive(result, false);
  hideProgress();
}

/** The numbers that entered the network, [Hm, Wm, 3], read off the picture of them. */
async function moldedImage({ molded, molded_size: shape, exact }, { box }, { mean_pixel: mean, padding }) {
  const image = new Image();
  image.src = molded;
  await image.decode();
  const [height, width] = shape,
    canvas = make("canvas", { height, width }),
    context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  const data = new Float32Array(height * width * 3);
  for (let i = 0; i < height * width; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    // Padding with the mean is zero exactly; its colour in the picture is rounded.
    const around = y < box[0] || x < box[1] || y >= box[2] || x >= box[3];
    for (let c = 0; c < 3; c++) data[3 * i + c] = around && padding === "mean" ? 0 : pixels[4 * i + c] - mean[c];
  }
  return { data, shape: [height, width, 3], rounded: !exact };
}

byId("models").hidden = true;
byId("stages").prepend(
  make("li", {}, make("a", { href: "#photo" }, make("span", { class: "number" }, "↑"), " Photograph")),
);
followReader();
choose(-1);
openEmbedded().catch((error) => showProgress(`The page cannot be read: ${error.message}`, null));
window.explorer = state; // for tests, and for the curious
