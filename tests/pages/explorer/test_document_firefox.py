"""The explorer runs in Firefox, too: the same coins, no error, no request."""

import numpy as np
import pytest
from explorer_pages import plain_explorer, runtime, until
from firefox import firefox
from skimage import data

from maskrcnn_explained.export.onnx_parts import export_parts


@pytest.mark.minutes
def test_the_coins_in_firefox(trained, tmp_path):
    runtime()
    path = tmp_path / "explorer.html"
    path.write_text(plain_explorer(trained, export_parts(trained)), encoding="utf-8")
    (tmp_path / "profile").mkdir()
    with firefox(tmp_path / "profile") as browser:
        browser.open(path.as_uri())
        until(browser, "explorer.ready || explorer.errors.length")
        browser.evaluate("explorer.first")
        assert browser.evaluate("explorer.errors") == []
        found = browser.evaluate("Array.from(explorer.result.detections.boxes)")
        assert browser.trouble == []
    wanted = trained.detect(data.coins()).boxes
    np.testing.assert_allclose(np.reshape(found, (-1, 4)), wanted, atol=0.05)
