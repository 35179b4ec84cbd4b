"""What the tests of the explorer share: its page in Chromium."""

import pytest
from explorer_pages import plain_explorer, runtime, until

from maskrcnn_explained.export.onnx_parts import export_parts


@pytest.fixture(scope="module")
def open_explorer(browser, tmp_path_factory):
    """Open the explorer of a model, offline, and wait until it is ready; a script that complains,
    or a request that leaves the page, fails the tests."""
    runtime()
    context = browser.new_context(offline=True)
    trouble = []

    def open_one(model, weights="float16"):
        path = tmp_path_factory.mktemp("explorer") / "explorer.html"
        path.write_text(plain_explorer(model, export_parts(model, weights)), encoding="utf-8")
        page = context.new_page()
        page.set_default_timeout(300_000)
        page.on("console", lambda m: trouble.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        inside = ("file:", "data:", "blob:")
        page.on("request", lambda r: None if r.url.startswith(inside) else trouble.append(r.url))
        page.goto(path.as_uri())
        until(page, "explorer.ready || explorer.errors.length", 300)
        page.evaluate("explorer.first")
        return page

    yield open_one
    context.close()
    assert trouble == []
