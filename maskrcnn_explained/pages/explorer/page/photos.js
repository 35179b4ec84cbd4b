// Which photograph: one of those in the page, or the reader's own, by file, camera or drop.
const LONGEST = 1600; // larger photographs are made smaller first, pixels

for (const photo of DATA.photos) {
  const button = make(
    "button",
    { type: "button", "aria-pressed": false, "data-photo": photo.name },
    make("img", { src: photo.image, alt: photo.alt }),
    make("span", {}, photo.short ?? photo.name),
  );
  button.addEventListener("click", () => openUrl(photo.image, photo));
  byId("photos").append(button);
}
on("photo", ({ photo }) => {
  for (const button of byId("photos").children)
    button.setAttribute("aria-pressed", button.dataset.photo === photo.name);
});

let opened = 0; // how many photographs were asked for: of two, the later one stays

/** Show a photograph, and let the network look at it. */
async function openUrl(url, { name, title }) {
  const own = ++opened,
    image = new Image();
  image.src = url;
  await image.decode();
  if (own !== opened) return;
  const scale = Math.min(1, LONGEST / Math.max(image.naturalHeight, image.naturalWidth));
  const height = Math.max(1, Math.round(image.naturalHeight * scale));
  const width = Math.max(1, Math.round(image.naturalWidth * scale));
  const canvas = make("canvas", { height, width });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // behind what is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0, width, height);
  const pixels = context.getImageData(0, 0, width, height).data;
  Object.assign(state, {
    photo: { name, title, pixels, height, width, url: canvas.toDataURL() },
    result: null,
    chosen: -1,
    missed: null,
  });
  announce("photo");
  ask(false);
}

async function openFile(file) {
  if (!file) return;
  const url = URL.createObjectURL(file);
  try {
    await openUrl(url, { name: "own", title: "your photo" });
    scrollTo({ top: 0, behavior: "smooth" });
  } catch {
    showProgress(`${file.name} cannot be read as a picture. Choose a JPEG, PNG or WebP file.`, null);
  } finally {
    URL.revokeObjectURL(url);
  }
}

for (const id of ["file", "camera"]) {
  byId(id).addEventListener("change", (event) => {
    openFile(event.target.files[0]);
    event.target.value = "";
  });
}
addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("drop").hidden = false;
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) byId("drop").hidden = true;
});
addEventListener("drop", (event) => {
  event.preventDefault();
  byId("drop").hidden = true;
  openFile(event.dataTransfer.files[0]);
});
