"""The pyramid: the top-down path, written out, and what each level is made of."""

import keras
import numpy as np
import pytest

from maskrcnn_explained.fpn import build_fpn

CHANNELS = (2, 3, 4, 5)  # of C2..C5
DEPTH = 3


@pytest.fixture(scope="module")
def fpn(tiny_config):
    maps = [keras.Input((None, None, channels)) for channels in CHANNELS]
    return keras.Model(maps, build_fpn(maps, tiny_config.changed(fpn_depth=DEPTH)))


def random_maps(height, width, batch=2, seed=0):
    rng = np.random.default_rng(seed)
    return [
        rng.normal(size=(batch, height // s, width // s, c)).astype(np.float32)
        for s, c in zip((4, 8, 16, 32), CHANNELS, strict=True)
    ]


def make_transparent(model):
    """Lateral convolutions sum the channels into channel 0; 3 x 3 convolutions copy."""
    for layer in model.layers:
        if not layer.weights:
            continue
        kernel = np.zeros(layer.kernel.shape, np.float32)
        if kernel.shape[0] == 1:
            kernel[0, 0, :, 0] = 1
        else:
            kernel[1, 1] = np.eye(DEPTH)
        layer.set_weights([kernel, np.zeros(DEPTH, np.float32)])


def test_sums_by_hand(tiny_config):
    maps = [keras.Input((None, None, channels)) for channels in CHANNELS]
    model = keras.Model(maps, build_fpn(maps, tiny_config.changed(fpn_depth=DEPTH)))
    make_transparent(model)
    values = (1, 10, 100, 1000)  # C2 holds ones, C3 tens, and so on
    ones = [np.full_like(m, v) for m, v in zip(random_maps(64, 64), values, strict=True)]
    pyramid = [level.numpy()[..., 0] for level in model(ones)]
    c2, c3, c4, c5 = (c * v for c, v in zip(CHANNELS, values, strict=True))
    expected = (c2 + c3 + c4 + c5, c3 + c4 + c5, c4 + c5, c5, c5)
    for level, value in zip(pyramid, expected, strict=True):
        np.testing.assert_array_equal(level, np.full_like(level, value))


@pytest.mark.parametrize("size", [(64, 64), (128, 192)])
def test_one_depth_and_five_strides(fpn, size):
    pyramid = fpn(random_maps(*size))
    shapes = [tuple(level.shape) for level in pyramid]
    assert shapes == [(2, size[0] // s, size[1] // s, DEPTH) for s in (4, 8, 16, 32, 64)]


def test_names_are_the_reference_s(fpn):
    named = {layer.name for layer in fpn.layers if layer.weights}
    laterals = {"fpn_c5p5", "fpn_c4p4", "fpn_c3p3", "fpn_c2p2"}
    assert named == laterals | {"fpn_p2", "fpn_p3", "fpn_p4", "fpn_p5"}
    assert {"fpn_p4add", "fpn_p3add", "fpn_p2add", "fpn_p6"} <= {x.name for x in fpn.layers}


def test_p6_is_every_second_cell_of_p5(fpn):
    *_, p5, p6 = fpn(random_maps(128, 192))
    np.testing.assert_array_equal(p6, p5[:, ::2, ::2])


def test_a_coarse_map_reaches_every_finer_level_and_no_coarser_one(fpn):
    maps = random_maps(64, 64)
    before = fpn(maps)
    for index in range(4):
        changed = list(maps)
        changed[index] = changed[index] + 1
        differs = [not np.array_equal(a, b) for a, b in zip(before, fpn(changed), strict=True)]
        coarse = index == 3  # P5 and P6 see C5 alone
        assert differs == [level <= index for level in range(4)] + [coarse]


def conv(x, kernel, bias):
    """A plain `same` convolution of [h, w, C] with an odd kernel, cell by cell."""
    reach = kernel.shape[0] // 2
    padded = np.pad(x, ((reach, reach), (reach, reach), (0, 0)))
    out = np.zeros((*x.shape[:2], kernel.shape[3]))
    for row in range(x.shape[0]):
        for column in range(x.shape[1]):
            patch = padded[row : row + 2 * reach + 1, column : column + 2 * reach + 1]
            out[row, column] = np.tensordot(patch, kernel, 3) + bias
    return out


def test_pyramid_equals_a_plain_one(fpn):
    maps = random_maps(64, 128, batch=1)
    weights = {x.name: [w.numpy() for w in x.weights] for x in fpn.layers if x.weights}
    summed = conv(maps[3][0], *weights["fpn_c5p5"])
    expected = {5: conv(summed, *weights["fpn_p5"])}
    for level in (4, 3, 2):
        up = summed.repeat(2, 0).repeat(2, 1)  # nearest: each cell becomes four
        summed = up + conv(maps[level - 2][0], *weights[f"fpn_c{level}p{level}"])
        expected[level] = conv(summed, *weights[f"fpn_p{level}"])
    for level, ours in zip((2, 3, 4, 5), fpn(maps), strict=False):
        np.testing.assert_allclose(ours[0], expected[level], atol=1e-4)
