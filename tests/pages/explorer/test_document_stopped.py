"""A newer walk stops what the worker does for an older image, at the end of the stage it is in.

In Node, with networks that answer zeros; once in Chromium, with the real ones.
"""

import json
import shutil
import subprocess

import pytest

from maskrcnn_explained.pages.bundle import bundle
from maskrcnn_explained.pages.explorer.document import explorer_settings
from maskrcnn_explained.presets import get_config

# Networks that answer zeros: 4 features per cell, 5 classes. All messages, when nothing is left.
ZEROS = """
const zeros = (...shape) => tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape);
model = {
  async trunk({shape: [height, width]}) {
    const strides = {P2: 4, P3: 8, P4: 16, P5: 32, P6: 64};
    const cells = (stride) => [Math.ceil(height / stride), Math.ceil(width / stride)];
    const maps = Object.entries(strides).map(([name, s]) => [name, zeros(...cells(s), 4)]);
    const anchors = maps.reduce((sum, [, {shape: [h, w]}]) => sum + 3 * h * w, 0);
    return {...Object.fromEntries(maps), rpn_probs: zeros(anchors, 2),
      rpn_deltas: zeros(anchors, 4)};
  },
  async boxHead({shape: [n]}) {
    return {class_logits: zeros(n, 5), class_probs: zeros(n, 5), box_deltas: zeros(n, 5, 4)};
  },
  async maskHead({shape: [n]}) {
    return {masks_all_classes: zeros(n, 28, 28, 5)};
  },
};
const said = [];
globalThis.postMessage = ({type, id, stage, again, message}) =>
  said.push({type, id, stage, again, message});
process.on("exit", () => process.stdout.write(JSON.stringify(said)));
const pixels = new Uint8ClampedArray(64 * 80 * 4);
const questions = QUESTIONS.map(([type, id, changed]) => ({type, id, pixels, height: 64, width: 80,
  settings: {...SETTINGS, ...changed}}));
"""
# Each as a message of its own, all of them waiting already when the first is heard.
TOGETHER = """
const {port1, port2} = new MessageChannel();
let heard = 0;
port1.onmessage = (event) => {
  onmessage(event);
  if (++heard === questions.length) port1.close();
};
questions.forEach((question) => port2.postMessage(question));
setImmediate(function whenDone() {
  const answers = said.filter(({type}) => type !== "progress");
  if (answers.length < questions.length) return setImmediate(whenDone);
  breath.port1.close();
});
"""


@pytest.fixture(scope="module")
def ask_worker():
    """All that the worker says to questions (type, id, changed settings) that come together."""
    if not shutil.which("node"):
        pytest.skip("Node is not installed")
    settings = explorer_settings(get_config("scenes"))

    def ask(*questions):
        given = f"const SETTINGS = {json.dumps(settings)}, QUESTIONS = {json.dumps(questions)};"
        script = bundle("explorer/worker.js") + given + ZEROS + TOGETHER
        command = [shutil.which("node"), "-"]
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return ask


def answers(said):
    """(id, type) of what is no progress."""
    return [(one["id"], one["type"]) for one in said if one["type"] != "progress"]


def stages(said, number):
    return [one["stage"] for one in said if one["type"] == "progress" and one["id"] == number]


def test_alone_a_walk_goes_to_its_end(ask_worker):
    said = ask_worker(["walk", 1, {}])
    assert answers(said) == [(1, "result")]
    assert len(stages(said, 1)) == 10 and stages(said, 1) == said[-1]["again"]


def test_a_newer_walk_stops_the_older_one(ask_worker):
    said = ask_worker(["walk", 1, {}], ["walk", 2, {}])
    assert answers(said) == [(1, "stopped"), (2, "result")]
    assert stages(said, 1) == ["mold"], "heard between the first stage and the second"
    assert len(stages(said, 2)) == 10


def test_a_change_waits_for_the_walk_before_it(ask_worker):
    said = ask_worker(["walk", 1, {}], ["change", 2, {"mask_rim": "zero"}])
    assert answers(said) == [(1, "result"), (2, "result")]
    assert stages(said, 2) == ["paste"]


def test_a_newer_walk_stops_also_changes_of_the_older_image(ask_worker):
    first, change = ["walk", 1, {}], ["change", 2, {"mask_rim": "zero"}]
    said = ask_worker(first, change, ["walk", 3, {}], ["change", 4, {"proposals": 30}])
    assert answers(said) == [(1, "stopped"), (2, "stopped"), (3, "result"), (4, "result")]
    assert stages(said, 2) == [] and stages(said, 4)[0] == "proposals"


# Both at once; then what the worker said until the second was done.
IN_THE_PAGE = """new Promise((done) => {
  const said = [], settings = DATA.settings, pixels = new Uint8ClampedArray(300 * 400 * 4);
  worker.addEventListener("message", function hear({data: {type, id, stage}}) {
    said.push({type, id, stage});
    if (type !== "result" || id !== 902) return;
    worker.removeEventListener("message", hear);
    done(said);
  });
  for (const id of [901, 902])
    worker.postMessage({type: "walk", id, pixels, height: 300, width: 400, settings});
})"""


@pytest.mark.minutes
def test_in_a_browser(trained, open_explorer):
    page = open_explorer(trained)
    said = page.evaluate(IN_THE_PAGE)
    assert answers(said) == [(901, "stopped"), (902, "result")]
    assert len(stages(said, 901)) < 10 and len(stages(said, 902)) == 10
    page.close()
