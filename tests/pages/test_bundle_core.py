"""Every stage in JavaScript gives what the Python function of the same name gives."""

import numpy as np
import pytest
from helpers import random_image
from js_core import tensor

from maskrcnn_explained import anchors, boxes, detection, pasting, roi_align
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.data.resizing import resize_scale, resized_size
from maskrcnn_explained.pages.explorer.document import explorer_settings
from maskrcnn_explained.presets import REFERENCE, TORCHVISION, get_config
from maskrcnn_explained.tracing.candidates import move_anchors, suppressors
from maskrcnn_explained.viz.roi_align_sampling import OPERATOR_NAMES, sampling_points

CONFIG = get_config("scenes")
SETTINGS = explorer_settings(CONFIG)
SIZES = [(90, 120), (700, 403), (64, 64), (300, 451), (33, 900)]


def some_boxes(number, seed=0, size=300):
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, size, (number, 2))
    sides = rng.uniform(1, size / 2, (number, 2))
    return np.concatenate([corners, corners + sides], 1).astype(np.float32)


def rgba(image):
    """An image as a canvas gives it."""
    alpha = np.full((*image.shape[:2], 1), 255, np.uint8)
    height, width = image.shape[:2]
    return dict(data=np.concatenate([image, alpha], 2), height=height, width=width)


def test_rounding_goes_to_the_even_number(core):
    values = [-1.5, -0.5, 0.5, 1.5, 2.5, 2.4, 2.6, 7.0]
    assert [core("roundHalfEven", value) for value in values] == [round(v) for v in values]


def test_the_best_come_first_and_of_equal_ones_the_earlier(core):
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.9], np.float32)
    assert core("bestFirst", scores, 4) == [1, 4, 0, 2]
    assert core("argmax", scores) == 1


def test_iou(core):
    one, other = some_boxes(20), some_boxes(30, seed=1)
    found = core("iou", one, other).reshape(20, 30)
    np.testing.assert_array_equal(found, boxes.iou(one, other))


def test_decoded_and_clipped_boxes(core):
    given = some_boxes(50)
    deltas = np.random.default_rng(2).normal(0, 2, (50, 4)).astype(np.float32)
    std, limit = CONFIG.delta_std, CONFIG.max_log_size
    moved = core("decodeDeltas", given, deltas, list(std), limit).reshape(-1, 4)
    wanted = boxes.decode_deltas(given, deltas, std, limit)
    np.testing.assert_allclose(moved, wanted, rtol=1e-5, atol=1e-3)
    window = np.array([10, 20, 200, 250], np.float32)
    clipped = core("clipBoxes", given, window).reshape(-1, 4)
    np.testing.assert_array_equal(clipped, boxes.clip_boxes(given, window))


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.7])
def test_nms_and_who_dropped_whom(core, threshold):
    given = some_boxes(200)
    scores = np.sort(np.random.default_rng(3).random(200).astype(np.float32))[::-1].copy()
    kept = core("nms", given, scores, threshold, 40)
    np.testing.assert_array_equal(kept, boxes.nms(given, scores, threshold, 40))
    groups = np.arange(200) % 3
    for own in (None, groups):
        dropped = core("suppressors", given, kept, threshold, own)
        wanted = suppressors(given, np.array(kept), threshold, own)
        np.testing.assert_array_equal(dropped["suppressor"], wanted)
        assert (dropped["iou"][wanted >= 0] > np.float32(threshold)).all()


def test_nms_within_classes(core):
    given, class_ids = some_boxes(120), np.random.default_rng(4).integers(1, 5, 120)
    scores = np.sort(np.random.default_rng(5).random(120).astype(np.float32))[::-1].copy()
    kept = core("nmsPerClass", given, scores, class_ids, SETTINGS | dict(detections=30))
    config = CONFIG.changed(detections=30)
    np.testing.assert_array_equal(kept, detection.nms_per_class(given, scores, class_ids, config))


DIALECTS = {"paper": {}, "reference": REFERENCE, "torchvision": TORCHVISION}


def plain_settings(config):
    return config.to_dict() | dict(receptive_fields=None)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_anchors_and_moved_boxes_in_every_dialect(core, dialect):
    """Also where P6 ends with half a cell."""
    config = get_config("scenes", **DIALECTS[dialect])
    settings, size = plain_settings(config), (320, 352 if dialect == "torchvision" else 384)
    made = core("generateAnchors", list(size), settings).reshape(-1, 4)
    wanted = anchors.generate_anchors(size, config).numpy()
    np.testing.assert_array_equal(made, wanted)
    deltas = np.random.default_rng(6).normal(0, 1, wanted.shape).astype(np.float32)
    window = np.float32([8, 16, 300, 340])
    moved = core("moveAnchors", wanted, deltas, list(size), settings, window).reshape(-1, 4)
    theirs = move_anchors(wanted, deltas, size, config, window)
    np.testing.assert_allclose(moved, theirs, rtol=1e-5, atol=1e-3)
    for name, function in (("inclusive", boxes.inclusive), ("exclusive", boxes.exclusive)):
        np.testing.assert_array_equal(
            core(name, wanted, settings).reshape(-1, 4), function(wanted, config)
        )


def test_what_a_page_holds_is_unpacked(core):
    values = np.array([0, 1, -2.5, 6e-8, 65504, -1 / 3], np.float16)
    half = np.frombuffer(values.tobytes(), np.uint8)
    np.testing.assert_array_equal(core("fromHalf", half), values.astype(np.float32))


@pytest.mark.parametrize("preset", ["scenes", "nuclei", "photos"])
def test_sizes_and_anchors(core, preset):
    config = get_config(preset)
    settings = explorer_settings(config)
    for height, width in SIZES:
        assert core("resizedSize", height, width, settings) == [
            *resized_size(height, width, config)
        ]
        assert core("resizeScale", height, width, settings) == resize_scale(height, width, config)
    made = core("generateAnchors", [320, 384], settings).reshape(-1, 4)
    np.testing.assert_array_equal(made, anchors.generate_anchors((320, 384), config))
    assert core("levelSizes", [320, 384], settings) == anchors.level_sizes((320, 384), config)
    place = core("anchorPlace", 80 * 96 * 3 + 49, [320, 384], settings)  # the first row of P3
    assert place == dict(level=1, cell=[0, 16], ratio=config.anchor_ratios[1])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("preset", ["scenes", "photos"])
def test_molded_images_are_equal(core, preset, size):
    """Enlarged, shrunk, blurred in one direction: every pixel."""
    config = get_config(preset)
    image = random_image(*size)
    made = core("mold", rgba(image), explorer_settings(config))
    molded, (window,) = mold([image], config)
    np.testing.assert_array_equal(made["molded_image"], molded[0])
    np.testing.assert_array_equal(made["window"]["box"], window.box)
    given = some_boxes(9)
    there = core("toMolded", given, made["window"])
    np.testing.assert_array_equal(there.reshape(-1, 4), window.to_molded(given))
    back = core("boxesToImage", given, made["window"], dict(height=size[0], width=size[1]))
    np.testing.assert_allclose(back.reshape(-1, 4), window.to_image(given), rtol=1e-6)


@pytest.mark.parametrize("operator", OPERATOR_NAMES)
def test_every_pooling_and_its_sampling_points(core, operator):
    config = CONFIG.changed(roi_pooling=operator)
    rng = np.random.default_rng(6)
    maps = [rng.normal(size=(256 // s, 320 // s, 3)).astype(np.float32) for s in (4, 8, 16, 32)]
    given = some_boxes(60)  # some reach outside
    levels = core("roiLevels", given, [256, 320], SETTINGS)
    np.testing.assert_array_equal(levels, roi_align.roi_levels(given, (256, 320), config))
    settings = SETTINGS | dict(roi_pooling=operator)
    pooled = core("poolPyramid", given, levels, [tensor(m) for m in maps], 7, settings)
    wanted = roi_align.pool_pyramid(given, np.zeros(60, int), [m[None] for m in maps], 7, config)
    np.testing.assert_allclose(pooled.reshape(wanted.shape), wanted, atol=2e-4)
    points = core("samplingPoints", operator, given[0].tolist(), 7, 8, [32, 40])
    grid = np.stack(np.meshgrid(points["y"], points["x"], indexing="ij"), -1)
    np.testing.assert_allclose(grid, sampling_points(operator, given[0], 7, 8, (32, 40)))


@pytest.mark.parametrize("rim", pasting.RIMS)
def test_pasted_masks(core, rim):
    rng = np.random.default_rng(7)
    image = dict(height=200, width=260)
    for box in some_boxes(8, seed=8, size=180):
        small = rng.random((28, 28), np.float32)
        pasted = core("pasteInBox", small, box, image, rim)
        full = core("fullMask", pasted, 200, 260).reshape(200, 260)
        wanted = pasting.paste_masks(small[None], box[None], (200, 260), rim=rim)[0]
        assert (full != wanted).sum() <= 1  # a pixel at one half


def test_the_mask_of_a_detection_is_that_of_its_class(core):
    masks = np.random.default_rng(9).random((3, 28, 28, 5), np.float32)
    class_ids = np.array([2, 4, 1])
    chosen = core("selectMasks", tensor(masks), class_ids)
    np.testing.assert_array_equal(
        chosen, detection.SelectMasks()([masks[None], class_ids[None]])[0]
    )


def test_only_what_follows_a_changed_setting_runs_again(core):
    def first(**changed):
        return core("firstChanged", SETTINGS, SETTINGS | changed)

    assert first() == 10
    assert first(detection_min_score=0.9) == first(detection_nms_iou=0.1) == 6
    assert first(roi_pooling="roi_pool") == 4
    assert first(proposal_nms_iou=0.3, mask_rim="zero") == first(proposals=30) == 3
    assert first(anchor_scales=[8, 16, 32, 64, 128]) == 2
