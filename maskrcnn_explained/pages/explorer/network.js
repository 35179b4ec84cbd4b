// The three networks, run by onnxruntime-web: trunk, box head and mask head.

import {tensor} from "../core/arrays.js";
import {unpack} from "../core/unpacking.js";

// Load what the page has packed. parts: base64 of gzip, by name: runtime, wasm, trunk, box_head,
// mask_head. Gives {trunk, boxHead, maskHead}: functions of a tensor of one image, or of one row
// per RoI; each promises its tensors by name.
export async function loadModel(parts, threads, tell) {
  tell("Unpacking the networks", 0.1);
  const ort = await importText(await unpack(parts.runtime));
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmBinary = await unpack(parts.wasm);
  const sessions = {};
  for (const [place, name] of ["trunk", "box_head", "mask_head"].entries()) {
    tell("Starting the networks", 0.4 + 0.2 * place);
    const options = {executionProviders: ["wasm"], graphOptimizationLevel: "all"};
    sessions[name] = await ort.InferenceSession.create(await unpack(parts[name]), options);
  }
  const {trunk, box_head: box, mask_head: mask} = sessions;
  return {
    async trunk(image) {
      const batch = tensor(image.data, [1, ...image.shape]);
      const named = await runNetwork(ort, trunk, batch);
      for (const {shape} of Object.values(named)) shape.shift(); // one image: no batch axis
      return named;
    },
    boxHead: (features) => runNetwork(ort, box, features),
    maskHead: (features) => runNetwork(ort, mask, features),
  };
}

// Run a network on a tensor. Without a single row there is nothing to run: the answers are empty.
async function runNetwork(ort, session, {data, shape}) {
  if (!shape[0]) return emptyAnswers(ort, session, shape);
  const [name] = session.inputNames;
  const answers = await session.run({[name]: new ort.Tensor("float32", data, shape)});
  return Object.fromEntries(Object.entries(answers).map(([key, answer]) =>
    [key, tensor(answer.data, [...answer.dims])]));
}

// The answers to one row of zeros, with that row left out.
async function emptyAnswers(ort, session, [, ...sides]) {
  const row = new Float32Array(sides.reduce((one, other) => one * other));
  const answers = await runNetwork(ort, session, tensor(row, [1, ...sides]));
  return Object.fromEntries(Object.entries(answers).map(([key, {shape}]) =>
    [key, tensor(new Float32Array(0), [0, ...shape.slice(1)])]));
}

// A script as a module. Its address stays: the runtime's threads load it again.
function importText(bytes) {
  return import(URL.createObjectURL(new Blob([bytes], {type: "text/javascript"})));
}
