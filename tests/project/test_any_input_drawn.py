"""Arguments that hypothesis draws: of any shape and type, and round trips that lose nothing."""

import dataclasses
import json
import tempfile
import warnings

import numpy as np
import pytest
from helpers import check_detections
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from wrong_arguments import is_clear

from maskrcnn_explained.boxes import area, decode_deltas, encode_deltas, iou, nms, nms_by_hand
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.data.cut_masks import CutMasks
from maskrcnn_explained.data.formats.rle import checked_rle, decode_rle, encode, encode_crop
from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.sample import Sample
from maskrcnn_explained.masks import boxes_from_masks, mask_iou, paste_masks
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.training.recipe import Recipe

DTYPES = st.sampled_from(
    ["?", "u1", "i1", "u2", "i4", "u8", "f2", "f4", "f8", "c8", "U3", "S2", "O", "M8[s]"]
)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=6)
SIDES = st.integers(1, 12)


@st.composite
def any_array(draw):
    """Of any shape and dtype; numbers are those of a seed, some of them NaN or very large."""
    shape, dtype = draw(SHAPES), np.dtype(draw(DTYPES))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    values = [0, 1, 0.5, 200, -1, 1e30, np.nan]
    numbers = rng.choice(values, shape, p=[0.3, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NaN as a whole number
        return np.asarray(numbers).astype("f8" if dtype.kind == "M" else dtype)


def result_of(function, *arguments):
    """What a function gives; None if it refuses with a clear error."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* is read as an image of .* bits")
        try:
            return function(*arguments)
        except Exception as error:
            assert is_clear(error), f"{type(error).__name__}: {error}"
            return None


@given(any_array())
@settings(max_examples=300)
def test_images(image):
    found = result_of(as_rgb, image)
    if found is not None:
        assert found.dtype == np.uint8 and found.shape == (*image.shape[:2], 3)


@given(any_array())
@settings(max_examples=60)
def test_detect(tiny, image):
    found = result_of(tiny.detect, image, 0.0)
    for one in found if isinstance(found, list) else [] if found is None else [found]:
        size = image.shape[-3:-1] if image.ndim == 4 else image.shape[:2]
        check_detections(one, np.zeros(size), tiny.config)


@given(any_array(), any_array(), any_array(), SIDES)
@settings(max_examples=150)
def test_samples(tiny_config, image, masks, class_ids, side):
    result_of(Sample, image, masks, class_ids)
    result_of(Sample, np.zeros((side, side, 3), np.uint8), masks, class_ids)
    good = np.zeros((len(class_ids) if class_ids.ndim else 1, side, side), bool)
    sample = result_of(Sample, np.zeros((side, side, 3), np.uint8), good, class_ids)
    if sample is not None:
        batch = result_of(make_batch, [sample, sample], tiny_config)
        assert batch is None or batch["images"].shape == (2, 64, 64, 3)


@given(any_array(), any_array())
@settings(max_examples=200)
def test_boxes(one, other):
    found = result_of(iou, one, other)
    if found is not None:
        assert found.shape[-2:] == (one.shape[-2], other.shape[-2])
    result_of(area, one)
    result_of(encode_deltas, one, other)
    result_of(nms, one, other, 0.5, 3)
    result_of(nms_by_hand, one, other, 0.5, 3)


@given(any_array(), any_array(), SIDES, SIDES)
@settings(max_examples=200)
def test_masks(one, other, height, width):
    found = result_of(boxes_from_masks, one)
    assert found is None or found.shape == (len(one), 4)
    overlap = result_of(mask_iou, one, other)
    assert overlap is None or ((overlap >= 0) & (overlap <= 1)).all()
    pasted = result_of(paste_masks, one, other, (height, width))
    assert pasted is None or pasted.shape == (len(one), height, width)


# Round trips

CORNERS = hnp.arrays(np.float32, (3, 2), elements=st.floats(-500, 500, width=32))
LENGTHS = hnp.arrays(np.float32, (3, 2), elements=st.floats(1, 500, width=32))
MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=3, max_dims=3, max_side=8))


@given(CORNERS, LENGTHS, CORNERS, LENGTHS)
def test_deltas_there_and_back(corner, length, other_corner, other_length):
    boxes = np.concatenate([corner, corner + length], 1)
    targets = np.concatenate([other_corner, other_corner + other_length], 1)
    std = (0.1, 0.1, 0.2, 0.2)
    again = decode_deltas(boxes, encode_deltas(boxes, targets, std), std)
    np.testing.assert_allclose(again, targets, rtol=1e-3, atol=1e-3 * 500)
    np.testing.assert_allclose(decode_deltas(boxes, np.zeros((3, 4))), boxes, atol=1e-3)


@given(MASKS)
def test_codes_there_and_back(masks):
    cut = CutMasks.of(masks, masks.shape[1:])
    np.testing.assert_array_equal(cut.full(), masks)
    for mask, box, crop in zip(masks, cut.boxes, cut.crops, strict=True):
        code = encode(mask)
        code = dict(size=code["size"], counts=code["counts"].decode())
        assert code == encode_crop(mask.shape, box, crop)
        size, runs = checked_rle(code)
        for same in (code, dict(size=list(size), counts=list(runs))):
            np.testing.assert_array_equal(decode_rle(same), mask)


@given(MASKS, st.integers(0, 2**32 - 1))
def test_detections_there_and_back(masks, seed):
    """Bit for bit, through JSON."""
    rng = np.random.default_rng(seed)
    number = len(masks)
    class_ids = rng.integers(1, 4, number).astype(np.int32)
    found = Detections(
        boxes=rng.uniform(-10, 10, (number, 4)).astype(np.float32).cumsum(1, np.float32),
        class_ids=class_ids,
        class_names=[f"class {i}" for i in class_ids],
        scores=-np.sort(-rng.random(number, np.float32)),
        masks=masks,
        mask_probs=rng.random((number, 28, 28), np.float32),
        scale=float(rng.random()),
    )
    boxes = found.boxes.copy()
    boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2])
    found = dataclasses.replace(found, boxes=boxes)
    with tempfile.TemporaryDirectory() as folder:
        found.save(f"{folder}/found.json")
        again = Detections.load(f"{folder}/found.json")
    assert again.class_names == found.class_names and again.scale == found.scale
    for name in ("boxes", "class_ids", "scores", "masks", "mask_probs"):
        one, other = getattr(found, name), getattr(again, name)
        assert one.dtype == other.dtype and one.tobytes() == other.tobytes(), name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", [Config, Recipe])
@given(data=st.data())
@settings(max_examples=400)
def test_fields(kind, data):
    """Any value of JSON in any field: taken, and the same after a round trip; or refused."""
    field = data.draw(st.sampled_from([field.name for field in dataclasses.fields(kind)]))
    default = getattr(kind(), field)
    near = [default, [default], -1, 0, 1, 2.0, "all"] if not callable(default) else [default]
    value = data.draw(JSON | st.sampled_from(near))
    try:
        made = kind(**{field: value})
    except ValueError as error:
        assert str(error), field
        return
    values = json.loads(json.dumps(dataclasses.asdict(made)))
    assert (Config.from_dict(values) if kind is Config else Recipe(**values)) == made
