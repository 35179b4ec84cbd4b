"""The answers to the questions for the class of notebook 02, run."""

import numpy as np
import pytest
from question_answers import answer_says

import maskrcnn_explained as mrx


def test_question_02_1():
    cells = [(1024 // stride) ** 2 for stride in mrx.config.STRIDES]
    assert cells == [65536, 16384, 4096, 1024, 256] and sum(cells) == 87_296
    answer_says("02.1", "65536, 16384, 4096, 1024, 256", "87,296", f"{3 * sum(cells):,}")
    answer_says("02.1", f"{sum(cells) * 256 * 4 / 1e6:.0f} MB", f"{cells[0] / sum(cells):.0%}"[:2])
    answer_says("02.1", f"100 / 32 = {100 / 32:.1f} cells of P5")


def test_question_02_2():
    above = np.array([[[1, 0], [0, 2]]])
    image = np.ones((2, 4, 1))
    image[0, 3] = 3
    total = image @ np.array([[1, -1]]) + (0, 1) + above.repeat(2, 0).repeat(2, 1)
    assert total[:, :2].tolist() == [[[2, 0], [2, 0]]] * 2
    assert total[:, 2].tolist() == [[1, 2], [1, 2]]
    assert total[:, 3].tolist() == [[3, 0], [1, 2]]
    answer_says("02.2", "(3, -2) where it is 3", "(2, 0) in the two left columns", "(3, 0)")


def test_question_02_3(scenes_model):
    deep = mrx.build("scenes", fpn_depth=128)
    counts = []
    for model in (scenes_model, deep):
        layers = [layer for layer in model.layers if layer.name.startswith("fpn")]
        counts.append({layer.name: layer.count_params() for layer in layers})
    before, after = (sum(count.values()) for count in counts)
    answer_says("02.3", f"From {before:,} to {after:,}")
    for name, few in counts[0].items():
        grows = counts[1][name] / few if few else 0
        assert round(grows) == {"c": 2, "p": 4 if few else 0}[name[4]], name
    for name in ("rpn_conv_shared", "mrcnn_class_conv1", "mrcnn_mask_conv1"):
        kernels = [m.find_layer(name).get_weights()[0] for m in (scenes_model, deep)]
        assert kernels[1].shape[2] == 2 * kernels[0].shape[2]


@pytest.mark.slow
def test_question_02_4(scenes_model, coins):
    import keras

    p5 = keras.Model(scenes_model.input[0], scenes_model.get_layer("fpn_c5p5").output)
    top = p5(scenes_model.tensors(coins)["molded_image"][None]).numpy()[0]
    blocks = top.repeat(8, 0).repeat(8, 1)
    p2 = scenes_model.get_layer("fpn_p2")(blocks[None])[0].numpy()
    inner = p2[8:16, 8:16]  # one block, and its edge of one cell
    np.testing.assert_allclose(
        inner[1:-1, 1:-1], np.broadcast_to(inner[3, 3], (6, 6, 64)), atol=1e-3
    )
    assert np.abs(inner[0] - inner[3, 3]).max() > 0.1
    answer_says(
        "02.4", "blocks of 32 (8 x 8 cells)", "all cells are equal, but for those at its edge"
    )


def test_question_02_5():
    stairs = np.arange(4.0).repeat(8)
    padded = np.pad(stairs, 1, mode="edge")
    smooth = padded[:-2] / 4 + padded[1:-1] / 2 + padded[2:] / 4
    steps = np.diff(smooth)
    assert steps[6:9].tolist() == [0.25, 0.5, 0.25] and steps[9:14].tolist() == [0] * 5
    answer_says("02.5", "1/4, 1/2, 1/4", "five steps of 0")
