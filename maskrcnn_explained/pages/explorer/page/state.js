// What the page knows, and who wants to hear of a change. Nothing else is kept between parts.
// The model keeps detections from a low score on, for its precision to be measured. Readers begin
// with those that it is more sure of; the knob of stage 7 shows the others.
const START = { ...DATA.settings };
if (LIVE) START.detection_min_score = Math.max(START.detection_min_score, 0.5);

const state = {
  photo: null, // { name, title, pixels, height, width, url }
  result: null, // what the network made of it: core/walk.js
  former: null, // the result before the last change of a knob
  settings: structuredClone(START),
  chosen: -1, // which detection
  point: [0, 0], // (y, x) in the molded image: where the maps are read
  missed: null, // { box, answer } of why_not, box in pixels of the photograph
};
const listeners = {};

/** Call a function whenever `event` is told: "photo", "result", "chosen", "point", "missed", "settings". */
function on(event, hear) {
  (listeners[event] ??= []).push(hear);
}

function announce(event) {
  for (const hear of listeners[event] ?? []) hear(state);
}

const detections = () => (state.result ? state.result.instances : []);
const chosenOne = () => detections()[state.chosen];

/** What a stage says that has nothing to show without an instance. */
function unchosen() {
  if (!state.result) return "";
  return detections().length
    ? "Choose an instance in the photograph at the top, to see its numbers here."
    : "Nothing was found, so there is no instance to show here.";
}

/** Choose a detection; everything on the page follows. -1: none. */
function choose(index) {
  state.chosen = Math.min(index, detections().length - 1);
  if (state.chosen >= 0) {
    const { level, cell } = chosenOne().anchor,
      stride = STRIDE[level];
    state.point = [(cell[0] + 0.5) * stride, (cell[1] + 0.5) * stride];
  }
  announce("chosen");
  if (state.chosen >= 0) announce("point");
}

function turn(step) {
  const number = detections().length;
  if (number) choose((Math.max(state.chosen, 0) + step + number) % number);
}

function lookAt(point) {
  const [height, width] = state.result.size;
  state.point = [clamp(point[0], 0, height - 0.01), clamp(point[1], 0, width - 0.01)];
  announce("point");
}
