"""The stages in JavaScript, to be called from tests."""

import shutil

import pytest
from js_core import core_in_node, core_in_page


@pytest.fixture(scope="module")
def core(request):
    """call a function of core/*.js: core("iou", boxes1, boxes2)."""
    if shutil.which("node"):
        with core_in_node() as call:
            yield call
        return
    page = request.getfixturevalue("browser").new_page()
    yield core_in_page(page)
    page.close()
