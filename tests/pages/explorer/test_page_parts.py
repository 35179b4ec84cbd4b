"""What is seen of the explorer: its files, words and colours, and the scripts that need no page."""

import json
import re
import shutil
import subprocess

import numpy as np
import pytest
from skimage.measure import find_contours

from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.pages.explorer.page_parts import (
    SCRIPTS,
    SHARED_SCRIPTS,
    STYLES,
    class_line,
    entering_line,
    page_facts,
    visible_page,
)
from maskrcnn_explained.pages.page import FOLDER
from maskrcnn_explained.presets import PRESETS
from maskrcnn_explained.tracing.why_not import REASONS
from maskrcnn_explained.viz import style

PAGE = FOLDER / "explorer" / "page"
SCENES = PRESETS["scenes"]
BODY = ("walk.html", "intro.html", "foot.html")
TEXTS = {path.name: path.read_text("utf-8") for path in sorted(PAGE.iterdir())}


BODY_TEXT = "".join(TEXTS[name] for name in BODY)


def test_every_file_is_in_the_page_once():
    listed = [f"{name}.js" for name in SCRIPTS] + [f"{name}.css" for name in STYLES]
    assert sorted([*listed, *BODY]) == sorted(TEXTS)
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("name", TEXTS)
def test_files_are_short_and_say_what_they_are(name):
    text = TEXTS[name]
    assert text.count("\n") <= 150
    assert text.startswith({"js": "// ", "css": "/* ", "html": ("<", "  <")}[name.split(".")[1]])
    assert "\u2014" not in text and "\u2013" not in text


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_comes_from_outside(name):
    text = TEXTS[name].replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|@import|url\(|fetch\(|XMLHttpRequest|innerHTML = (?!`)", text)


def test_no_name_is_defined_twice():
    files = [(FOLDER / "shared" / f"{name}.js").read_text("utf-8") for name in SHARED_SCRIPTS]
    text = "\n".join([*files, *(TEXTS[f"{name}.js"] for name in SCRIPTS)])
    names = re.findall(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", text, re.MULTILINE)
    for inner in re.findall(r"^const [{\[]([\w, ]+)[}\]] =", text, re.MULTILINE):
        names += inner.split(", ")
    names += ["core", "startWorker", "DATA"]
    assert sorted(names) == sorted(set(names))


def test_the_classes_are_named_and_no_text_becomes_markup():
    assert visible_page(SCENES).facts["class_line"] == class_line(SCENES)
    assert 'say("classes", facts.class_line)' in TEXTS["start.js"]  # as text
    assert not re.search(r"{\w+}", visible_page(SCENES).body)


def test_it_says_what_the_model_knows():
    assert "The model knows 4 classes: disk, rectangle, triangle, star." in class_line(SCENES)
    assert "knows one class: nucleus." in class_line(PRESETS["nuclei"])
    assert "it calls by this name. Other" in class_line(PRESETS["nuclei"])
    many = class_line(PRESETS["coco-resnet50"])
    assert "80 classes: person, bicycle" in many and "and 68 more." in many


def test_why_dark_maps_have_proposals():
    assert "Every level sends its 300 best" in entering_line(SCENES)
    joint = entering_line(SCENES.changed(proposal_rule="joint"))
    assert "of all levels together" in joint and "Every level" not in joint


def test_ids_that_scripts_ask_for_exist():
    scripts = "".join(TEXTS[f"{name}.js"] for name in SCRIPTS)
    made = set(re.findall(r'id(?:: |=)"([\w-]+)"', scripts + BODY_TEXT))
    asked = set(re.findall(r'(?:byId|say)\(\s*"([\w-]+)"', scripts))
    sections = set(re.findall(r'addSection\(\s*"(\w+)"', scripts))
    made |= {f"{name}-own" for name in sections} | {"trunk"}  # "trunk" holds a network: document.py
    assert asked - made == set()
    linked = set(re.findall(r'href(?:: |=)"#([\w-]+)"', scripts + BODY_TEXT))
    assert linked - sections - made == set()


def test_colours_and_words_have_one_home():
    facts = page_facts(SCENES)
    json.dumps(facts, allow_nan=False)
    assert facts["levels"]["P2"] == style.LEVEL_COLOURS["C2"] and set(facts["levels"]) >= {*LEVELS}
    assert facts["classes"] == [style.class_colour(i) for i in range(5)]
    assert len(facts["heat"]) == 6 * 256 and facts["heat"].startswith("000004")
    assert facts["reasons"] == REASONS
    told = re.findall(
        r'"(\w+)"', TEXTS["sections_missed.js"].partition("CHAIN = [")[2].partition("];")[0]
    )
    assert set(REASONS) - {"found", "poor_mask"} <= set(told)  # masks are not compared in the page


def run_node(files, expression, given=None):
    """The value of an expression after some scripts, in Node; `given` is what it finds as GIVEN."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node here (on Debian: apt install nodejs)")
    text = "".join(TEXTS[name] for name in files)
    program = f"{text};const GIVEN={json.dumps(given)};console.log(JSON.stringify({expression}));"
    run = subprocess.run([node, "-"], input=program, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_scripts_are_javascript():
    script = json.dumps(visible_page(SCENES).script)
    assert run_node([], f"Boolean(new Function({script}))")


def test_an_outline_of_one_pixel_is_a_diamond():
    found = run_node(["outlines.js"], "maskOutline([0,0,0, 0,1,0, 0,0,0], 3, 3)")
    assert sorted(map(tuple, found[0])) == [(1, 1.5), (1.5, 1), (1.5, 2), (2, 1.5)]
    assert run_node(["outlines.js"], "maskOutline([0,0,0,0], 2, 2)") == []


def test_outlines_are_those_of_scikit_image():
    masks = (np.random.default_rng(3).random((6, 9, 11)) < 0.6).astype(int)
    expression = "GIVEN.map((mask) => maskOutline(mask, 9, 11))"
    rings = run_node(["outlines.js"], expression, masks.reshape(6, -1).tolist())
    for mask, own in zip(masks, rings, strict=True):
        # There a pixel's centre is at whole numbers, and the padding adds one.
        theirs = [path[:-1, ::-1] - 0.5 for path in find_contours(np.pad(mask, 1) * 1.0, 0.5)]
        assert len(own) == len(theirs)
        assert sorted(area(ring) for ring in own) == pytest.approx(sorted(map(area, theirs)))


def area(ring):
    """The area inside a polygon [(x, y), ..], square pixels."""
    x, y = np.asarray(ring, float).T
    return abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
