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
//   {type: "error", id, message}: in words for the reader.
// Questions are answered one after the other. An id is the page's own, to tell answers apart.

import {walk} from "../core/walk.js";
import {loadModel} from "./network.js";

let parts = null; // the packed files of the page
let model = null;
let last = null; // {image, result} of the last walk
let turn = Promise.resolve();

onmessage = ({data: message}) => {
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
  async walk({id, pixels, height, width, settings}) {
    last = null;
    await run(id, {data: pixels, height, width}, settings, null);
  },
  async change({id, settings}) {
    if (!last) throw new Error("There is no image yet whose stages could run again.");
    await run(id, last.image, settings, last.result);
  },
};

async function run(id, image, settings, earlier) {
  const added = {}, again = [];
  const result = await walk(image, model, settings, earlier, async (stage, found, ms, fraction) => {
    Object.assign(added, found);
    again.push(stage);
    postMessage({type: "progress", id, stage, fraction});
  });
  last = {image, result};
  const {image_size, molded_size, ms} = result;
  const whole = {...added, settings, image_size, molded_size, ms};
  postMessage({type: "result", id, again, result: whole});
}
