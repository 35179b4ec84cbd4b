"""A learner's first minute in JupyterLab: open the first notebook, run all of it, see no error."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.request

import pytest
from conftest import text_in_frame

FOLDER = pathlib.Path(__file__).parent.parent / "notebooks"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab on copies of two notebooks, without the user's settings: its address."""
    home = tmp_path_factory.mktemp("lab")
    for name in ("00_the_whole_picture.ipynb", "03_rpn.ipynb"):
        shutil.copy(FOLDER / name, home)
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR",
              "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")  # fmt: skip
    env = os.environ | {place: str(home / ".own" / place) for place in places}
    jupyter = [sys.executable, "-m", "jupyter"]
    trust = [*jupyter, "trust", *home.glob("*.ipynb")]
    subprocess.run(trust, check=True, capture_output=True, env=env)
    command = [*jupyter, "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"]
    with open(home / "lab.log", "w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=env, cwd=home)
        try:
            yield address(home / "lab.log", server)
        finally:
            server.terminate()
            server.wait(30)


def address(path, server, seconds=60):
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
    page.goto(lab.replace("/lab?", f"/lab/tree/{name}?"))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    return page


def test_the_first_notebook_runs(browser, lab):
    name = "00_the_whole_picture.ipynb"
    page = open_notebook(browser, lab, name)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Restart Kernel and Run All Cells…", exact=True).click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    root, token = re.match(r"(.*)/lab\?token=(\w+)", lab).groups()
    wait_until_idle(f"{root}/api/sessions?token={token}")
    page.keyboard.press("Control+s")
    saved = wait_for_outputs(f"{root}/api/contents/{name}?token={token}")
    code = [cell for cell in saved["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [*range(1, len(code) + 1)]
    kinds = {output["output_type"] for cell in code for output in cell["outputs"]}
    assert "error" not in kinds and "display_data" in kinds


def wait_until_idle(sessions, seconds=240):
    """Until the kernel has worked and rests."""
    worked = False
    for _ in range(seconds * 2):
        kernels = [session["kernel"] for session in fetch(sessions)]
        busy = any(kernel["execution_state"] == "busy" for kernel in kernels)
        if worked and not busy:
            return
        worked |= busy
        time.sleep(0.5)
    raise AssertionError("The notebook did not come to its end.")


def wait_for_outputs(contents, seconds=30):
    """The notebook as it was saved, once its last cell has a number."""
    for _ in range(seconds):
        content = fetch(contents)["content"]
        code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        if code[-1]["execution_count"] == len(code):
            return content
        time.sleep(1)
    raise AssertionError("The notebook was not saved after its run.")


def fetch(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def test_a_widget_works_in_a_trusted_notebook(browser, lab):
    page = open_notebook(browser, lab, "03_rpn.ipynb")
    page.locator("iframe[title='Deltas']").first.wait_for(state="attached", timeout=60_000)
    assert float(text_in_frame(page, "Deltas", "#iou")) < 1
