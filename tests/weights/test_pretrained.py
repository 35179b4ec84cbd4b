"""The published backbone: every convolution gets its numbers, and nothing else moves."""

import numpy as np
import pytest
from helpers import weight_values

from maskrcnn_explained.model import build
from maskrcnn_explained.weights import pretrained, published
from maskrcnn_explained.weights.pretrained import load_backbone


def test_all_convolutions_of_the_backbone_and_nothing_else():
    model = build("photos", fpn_depth=8, box_head_depth=8, mask_head_depth=8, rpn_depth=8)
    before = weight_values(model)
    names = load_backbone(model)
    after = weight_values(model)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert len(names) == 25
    assert changed == {f"{name}/{part}" for name in names for part in ("kernel", "bias")}
    assert all(name.startswith("csp") for name in names)
    # Half-precision numbers, exactly; a fresh model of the same layers is not a trained one.
    kernel = after["csp_stem/kernel"]
    np.testing.assert_array_equal(kernel, kernel.astype(np.float16))
    assert not model.trained


def test_another_backbone_is_told_and_stays(tiny):
    before = weight_values(tiny)
    with pytest.raises(ValueError, match="preset 'photos'"):
        load_backbone(tiny)
    narrow = build("photos", backbone_widths=(16, 64, 128, 256), fpn_depth=8, box_head_depth=8)
    with pytest.raises(ValueError, match="16, 64, 128, 256"):
        load_backbone(narrow)
    assert all(np.array_equal(before[name], array) for name, array in weight_values(tiny).items())


def test_a_damaged_file_is_refused(tiny, tmp_path, monkeypatch):
    content = bytearray((published.shipped_folder() / pretrained.CSP_FILE).read_bytes())
    content[1000] ^= 1
    (tmp_path / pretrained.CSP_FILE).write_bytes(content)
    monkeypatch.setattr(pretrained, "shipped_folder", lambda: tmp_path)
    with pytest.raises(ValueError, match="SHA-256"):
        load_backbone(tiny)
