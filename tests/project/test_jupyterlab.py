"""A learner's first minute in JupyterLab: open the first notebook, run all of it, see no error."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from helpers import ROOT, text_in_frame, wait_or_kill

from maskrcnn_explained.course.quizzes.filling import filled_quiz

FOLDER = ROOT / "notebooks"
pytestmark = pytest.mark.minutes


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab on copies of two notebooks, without the user's settings: its address."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copy(FOLDER / "03_rpn.ipynb", home)
    copy_without_outputs(FOLDER / "00_the_whole_picture.ipynb", home)
    places = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
    )
    env = os.environ | {place: str(home / ".own" / place) for place in places}
    jupyter = [sys.executable, "-m", "jupyter"]
    trust = [*jupyter, "trust", *home.glob("*.ipynb")]
    subprocess.run(trust, check=True, capture_output=True, env=env)
    command = [*jupyter, "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    with open(home / "lab.log", "w") as log:
        server = subprocess.Popen(
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=home,
            start_new_session=True,  # kernels lead groups of their own, but they watch their parent
        )
        try:
            yield address(home / "lab.log", server)
        finally:
            server.terminate()  # it shuts its kernels down
            wait_or_kill(server)


def copy_without_outputs(path, folder):
    """A notebook as if it had never run: what it shows later, it has computed itself."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, folder / path.name)


def address(path, server, seconds=120):
    """The address with its token that the server prints once it listens."""
    for _ in range(seconds * 2):
        found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", path.read_text())
        if found:
            return found[0]
        assert server.poll() is None, path.read_text()
        time.sleep(0.5)
    raise AssertionError(f"JupyterLab did not start:\n{path.read_text()}")


def open_notebook(browser, lab, name):
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.set_default_timeout(120_000)  # a busy machine is slow, not broken
    # Without `reset` the notebooks of the tests before would be open behind it.
    page.goto(lab.replace("/lab?", f"/lab/tree/{name}?") + "&reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    return page


def test_the_first_notebook_runs(browser, lab):
    name = "00_the_whole_picture.ipynb"
    root, token = re.match(r"(.*)/lab\?token=(\w+)", lab).groups()
    page = open_notebook(browser, lab, name)
    wait_for_a_resting_kernel(f"{root}/api/sessions?token={token}")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    code = wait_for_the_last_cell(page, f"{root}/api/contents/{name}?token={token}")
    assert [cell["execution_count"] for cell in code] == [*range(1, len(code) + 1)]
    kinds = {output["output_type"] for cell in code for output in cell["outputs"]}
    assert "error" not in kinds and "display_data" in kinds


def wait_for_a_resting_kernel(sessions, seconds=120):
    """Until the kernel of the opened notebook has started: what is sent earlier may be lost."""
    for _ in range(seconds):
        states = [session["kernel"]["execution_state"] for session in fetch(sessions)]
        if states == ["idle"]:
            return
        time.sleep(1)
    raise AssertionError(f"The kernel did not start: {states}.")


def wait_for_the_last_cell(page, contents, seconds=360):
    """The code cells as saved, once the last has its number or one has failed; it came without."""
    for _ in range(seconds // 2):
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
        cells = fetch(contents)["content"]["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        outputs = [output for cell in code for output in cell["outputs"]]
        failed = any(output["output_type"] == "error" for output in outputs)
        if failed or code[-1]["execution_count"] is not None:
            return code
    numbers = [cell["execution_count"] for cell in code]
    raise AssertionError(f"The notebook did not come to its end; its cells' numbers: {numbers}.")


def fetch(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def test_a_widget_works_in_a_trusted_notebook(browser, lab):
    page = open_notebook(browser, lab, "03_rpn.ipynb")
    page.locator("iframe[title='Deltas']").first.wait_for(state="attached")
    assert float(text_in_frame(page, "Deltas", "#iou")) < 1
    for width in (1300, 600):  # the second leaves little room beside JupyterLab's own columns
        page.set_viewport_size({"width": width, "height": 900})
        wait_until_as_high_as_its_page(page, "Deltas")


def wait_until_as_high_as_its_page(page, title, seconds=60):
    """Until a widget's frame has the height of the page in it; out of sight it would not grow."""
    frame = page.locator(f"iframe[title='{title}']")
    inside = page.frame_locator(f"iframe[title='{title}']").locator("html")
    for _ in range(seconds * 5):
        frame.scroll_into_view_if_needed()
        high = frame.evaluate("frame => frame.clientHeight")
        tall = inside.evaluate("html => Math.ceil(html.getBoundingClientRect().height)")
        if high == tall:
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"The frame of {title} is {high} pixels high, its page {tall}.")


def test_a_quiz_explains_a_choice_in_a_trusted_notebook(browser, lab):
    page = open_notebook(browser, lab, "03_rpn.ipynb")
    first = page.locator(".Quiz").first
    first.wait_for(state="attached")
    choice = filled_quiz("03").questions[0].choices[0]
    first.locator(".MCButton").first.click()
    told = first.locator(".Feedback")
    assert told.inner_text() == choice.explanation and not choice.correct
    assert "incorrect" in told.get_attribute("class").split()
    assert page.locator(".Quiz").count() == len(filled_quiz("03").questions)
    asked = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    inside = (lab.partition("/lab?")[0], "data:", "blob:")
    assert asked and [url for url in asked if not url.startswith(inside)] == []
