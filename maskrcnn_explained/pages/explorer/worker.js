// The worker: it runs the networks and the stages between them, away from the page, which stays
// alive meanwhile.
//
// The page starts it with `startWorker()` (start_worker.js), which sends {type: "parts"}. Then the
// page sends
//   {type: "start", threads}: load the networks; threads: 1 if left out;
//   {type: "walk", id, pixels, height, width, settings}: a new image, RGBA of 8 bits, one row after
//     the other; settings: DATA.settings, some of them changed;
//   {type: "change", id, settings}: the same image; the stages after a changed setting run again.
// and hears
//   {type: "progress", stage, fraction, id}: what has just ended; fraction: of all, 0..1;
//   {type: "ready", ms}: what was asked for before is done now;
//   {type: "result", id, result, again}: all tensors by name (core/walk.js); after "change" only
//     what is new. again: the names of the stages that ran; result.ms: milliseconds per stage;
//   {type: "stopped", id}: a newer walk was asked for; this question gets no other answer;
//   {type: "error", id, message}: in words for the reader.
// Questions are answered one after the other, but nobody waits for an older image: a walk stops all
// that was asked before it; what is running ends with the stage that it is in. An id is the page's
// own, to tell answers apart.

import {walk} from "../core/walk.js";
import {loadModel} from "./network.js";

let parts = null; // the packed files of the page
let model = null;
let last = null; // {image, result} of the last walk
let turn = Promise.resolve();
let walks = 0; // how many walks were asked for
const breath = new MessageChannel();

onmessage = ({data: message}) => {
  if (message.type === "walk") walks++;
  message.walks = walks; // when it was asked
  turn = turn.then(() => answer[message.type](message)).catch((error) => {
    postMessage({type: "error", id: message.id, message: error.message ?? String(error)});
  });
};

const answer = {
  parts(message) {
    parts = message.parts;
  },
  async start({threads = 1}) {
    const begin = performance.now();
    const tell = (stage, fraction) => postMessage({type: "progress", stage, fraction});
    model = await loadModel(parts, threads, tell);
    parts = null;
    postMessage({type: "ready", ms: performance.now() - begin});
  },
  async walk(message) {
    if (isOld(message)) return stop(message);
    last = null;
    const {pixels, height, width} = message;
    await run(message, {data: pixels, height, width}, null);
  },
  async change(message) {
    if (isOld(message)) return stop(message);
    if (!last) throw new Error("There is no image yet whose stages could run again.");
    await run(message, last.image, last.result);
  },
};

// Whether a newer walk was asked for since.
const isOld = (message) => message.walks < walks;
const stop = ({id}) => postMessage({type: "stopped", id});

async function run(message, image, earlier) {
  const {id, settings} = message, added = {}, again = [];
  const result = await walk(image, model, settings, earlier, async (stage, found, ms, fraction) => {
    Object.assign(added, found);
    again.push(stage);
    postMessage({type: "progress", id, stage, fraction});
    await hearMessages();
    return !isOld(message);
  });
  if (!result) return stop(message);
  last = {image, result};
  const {image_size, molded_size, ms} = result;
  const whole = {...added, settings, image_size, molded_size, ms};
  postMessage({type: "result", id, again, result: whole});
}

// Let messages that wait be heard: between the stages nothing else would.
function hearMessages() {
  return new Promise((goOn) => {
    breath.port1.onmessage = goOn;
    breath.port2.postMessage(null);
  });
}
