// The network runs in a worker, so that the page stays alive. One question at a time: while it
// works, only the last wish is kept; but a new photo stops the work on the one before.
const engine = { worker: null, busy: false, wish: null, asked: 0 };

function startEngine() {
  readFpnWeights(byId("trunk").textContent); // before the worker takes it
  engine.worker = startWorker();
  engine.worker.addEventListener("message", ({ data }) => hearEngine(data));
  engine.worker.addEventListener("error", (event) => hearEngine({ type: "error", message: event.message }));
  engine.busy = true;
  showProgress("Unpacking the network", 0);
  engine.worker.postMessage({ type: "start" });
}

/** Ask for the walk of the photo in `state`; or, with `again`, for the stages after a changed knob. */
function ask(again) {
  engine.wish = { again: again && engine.wish?.again !== false };
  if (!engine.busy || (engine.asked && !engine.wish.again)) sendWish();
}

function sendWish() {
  const { again } = engine.wish,
    { photo, settings } = state;
  engine.wish = null;
  engine.busy = true;
  const message = { type: again ? "change" : "walk", id: ++engine.asked, settings };
  if (!again) Object.assign(message, { pixels: photo.pixels, height: photo.height, width: photo.width });
  engine.again = again;
  engine.photo = photo;
  showProgress(again ? "Running the later stages again" : "Molding", 0);
  engine.worker.postMessage(message);
}

/** What begins when a stage has ended, in words. */
const NEXT = {
  mold: "Backbone, FPN and RPN",
  trunk: "Anchors",
  anchors: "Proposals",
  proposals: "RoI pooling",
  box_features: "Box head",
  box_head: "Detections",
  detections: "Masks",
  mask_features: "Masks",
  mask_head: "Pasting",
  paste: "Drawing",
};

const hearing = {
  progress: ({ stage, fraction }) => showProgress(NEXT[stage] ?? stage, fraction),
  ready: () => free(),
  result({ result }) {
    if (engine.photo === state.photo)
      receive(engine.again ? { ...state.result, ...result } : result, engine.again);
    free();
  },
  error({ message }) {
    showProgress(`It did not work: ${message}`, null);
    engine.busy = false;
  },
};
/** What the worker says; not what it still says of an older question. */
function hearEngine(message) {
  if ((message.id ?? engine.asked) === engine.asked) hearing[message.type]?.(message);
}

function free() {
  engine.busy = false;
  if (engine.wish) sendWish();
  else hideProgress();
}

on(
  "settings",
  later(() => ask(true), 60),
);
