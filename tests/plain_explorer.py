"""An explorer with almost nothing to see: it walks its photographs, and keeps the results."""

from maskrcnn_explained.pages.explorer.document import VisiblePage

SCRIPT = """
const THREADS = Number(new URLSearchParams(location.search).get("threads") ?? 1);
const worker = startWorker();
window.explorer = {ready: null, answers: new Map(), errors: [], asked: 0, result: null};
worker.onmessage = ({data}) => {
  const {answers} = explorer;
  if (data.type === "ready") explorer.ready = data.ms;
  if (data.type === "error") {
    explorer.errors.push(data.message);
    answers.get(data.id)?.(data);
  }
  if (data.type === "stopped") answers.get(data.id)?.({message: "stopped"});
  if (data.type === "result") {
    explorer.result = {...explorer.result, ...data.result};
    answers.get(data.id)?.(data);
  }
};
worker.onerror = (event) => explorer.errors.push(event.message);
worker.postMessage({type: "start", threads: THREADS});

// Send a question; promises what the worker answers: how long each stage took, and which ran.
function ask(question) {
  const id = ++explorer.asked;
  worker.postMessage({...question, id});
  return new Promise((tell) => explorer.answers.set(id, ({result, again, message}) =>
    tell({ms: result?.ms, again, message})));
}
explorer.change = (changed) => ask({type: "change", settings: {...DATA.settings, ...changed}});
explorer.walk = async (url, changed = {}) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const {naturalHeight: height, naturalWidth: width} = image;
  const canvas = Object.assign(document.createElement("canvas"), {height, width});
  const context = canvas.getContext("2d", {willReadFrequently: true});
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;
  return ask({type: "walk", pixels, height, width, settings: {...DATA.settings, ...changed}});
};
explorer.first = explorer.walk(DATA.photos[0].image).then((answer) => {
  console.log("ready", explorer.ready, "ms; stages, ms:", JSON.stringify(answer.ms));
  return answer;
});
"""

PLAIN_PAGE = VisiblePage(body="<p>An explorer for tests.</p>", style="", script=SCRIPT, facts={})
