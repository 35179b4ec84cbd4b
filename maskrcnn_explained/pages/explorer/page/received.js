// A result has come: the stories are told anew. And how far the work is, until then.

/** A new result: keep the chosen instance if it is still there, and say why if it is not. */
function receive(result, again) {
  const before = again ? chosenOne() : null;
  if (!again) state.first = null;
  state.result = prepare(result, state.photo);
  state.first ??= state.result;
  state.missed = null;
  const now = before ? sameObject(before) : 0;
  announce("result");
  choose(now);
  if (now < 0 && before) askWhyNot(before.own_box, before);
}

function sameObject(before) {
  const overlaps = detections().map((it) => iou(it.own_box, before.own_box));
  const best = overlaps.indexOf(Math.max(...overlaps));
  return overlaps[best] >= 0.5 ? best : -1;
}

function showProgress(stage, fraction) {
  byId("progress").hidden = false;
  byId("progress").classList.toggle("failed", fraction === null);
  say("progress-text", stage);
  for (const id of ["progress-bar", "progress-line"]) byId(id).value = fraction ?? 0;
  document.body.classList.toggle("busy", fraction !== null);
}

function hideProgress() {
  byId("progress").hidden = true;
  document.body.classList.remove("busy");
}
