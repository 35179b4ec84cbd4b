"""What tests in many folders call; what they are given stands in conftest.py."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
os.environ.setdefault("MPLBACKEND", "Agg")

import contextlib
import pathlib
import re
import signal
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).parent.parent
REFERENCE_NUMBERS = pathlib.Path(__file__).parent / "reference_numbers"

EXCLUSIVE = np.array([0, 0, 1, 1], np.float32)  # from the reference's boxes to ours
# Every width and number as small as they go: tracing, not arithmetic, is what a model test costs.
TINY = {
    "backbone_blocks": (1, 1, 1, 1),
    "backbone_widths": (4, 4, 8, 8),
    "backbone_stem": 8,
    "fpn_depth": 8,
    "rpn_depth": 8,
    "box_head_depth": 16,
    "mask_head_depth": 8,
    "proposals_pre_nms": 50,
    "proposals": 20,
    "proposals_train": 20,
    "detections": 10,
    "rpn_anchors_per_image": 32,
    "rois_per_image": 16,
    "mask_rois_per_image": 4,
    "image_min_side": None,
    "image_max_side": 128,
}


def calm(model):
    """Make a fresh model unsure: fresh weights give scores of 1 and boxes far off the image."""
    for name in ("mrcnn_class_logits", "mrcnn_bbox_fc", "mrcnn_mask"):
        kernel = model.find_layer(name).kernel
        kernel.assign(kernel * 0.01)
    return model


def weight_values(model) -> dict:
    """Every weight of the model as an array, by name."""
    from maskrcnn_explained.weights.file import named_weights

    return {name: variable.numpy() for name, variable in named_weights(model).items()}


def other_weights(model, seed=3) -> dict:
    """Arrays of the same names and shapes, with random numbers."""
    rng = np.random.default_rng(seed)
    return {name: rng.random(a.shape, np.float32) for name, a in weight_values(model).items()}


def same_arrays(one, other) -> bool:
    """The same names, and under each the same numbers."""
    return one.keys() == other.keys() and all(np.array_equal(one[k], other[k]) for k in one)


def rate_at(recipe, step) -> float:
    """The learning rate of a step."""
    from maskrcnn_explained.training.optimizer import make_optimizer

    optimizer = make_optimizer(recipe)
    optimizer.iterations.assign(step)
    return float(optimizer.learning_rate)


def end_group(process) -> None:
    """Kill a process that leads a group, and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # Windows knows no groups
            process.kill()
    process.wait()


def wait_or_kill(process, seconds=120) -> None:
    """Wait until a process that was asked to end has ended; kill its group if it does not."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    end_group(process)


def titles(axes) -> list[str]:
    """The titles of a figure's axes."""
    return [ax.get_title() for ax in np.ravel(axes)]


def text_in_frame(page, title, selector) -> str:
    """The text of an element of the widget of that title, which lies in a frame of the page."""
    page.locator(f"iframe[title='{title}']").first.scroll_into_view_if_needed()
    inside = page.frame_locator(f"iframe[title='{title}']").first
    inside.locator(selector).wait_for(timeout=20_000)
    return inside.locator(selector).inner_text()


def numbers_in(text) -> list[float]:
    """All numbers of a text."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def set_slider(page, name, value) -> None:
    """Drag a slider of a page to a value."""
    page.locator(f"#{name}").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input')); }",
        str(value),
    )


def box_of(page, selector):
    """The box of a rectangle of a page, (y1, x1, y2, x2)."""
    [box] = boxes_of(page, selector)
    return box


def boxes_of(page, selector):
    """The boxes of all such rectangles, [n, 4]."""
    read = "all => all.map(r => ['y', 'x', 'height', 'width'].map(n => +r.getAttribute(n)))"
    corner, size = np.split(np.reshape(page.locator(selector).evaluate_all(read), (-1, 4)), 2, 1)
    return np.concatenate([corner, corner + size], 1)


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    from maskrcnn_explained import cli

    code = cli.main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def random_image(*size, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def random_objects(seed, number=4, size=64):
    """[number, 4] float32, boxes of at least 4 pixels inside a square."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, size - 12, (number, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(4, 40, (number, 2))], 1)
    return np.minimum(boxes, size).astype(np.float32)


def rectangles(*boxes, size=64):
    """Masks [N, size, size] of boxes given as (y1, x1, y2, x2)."""
    masks = np.zeros((len(boxes), size, size), bool)
    for mask, (y1, x1, y2, x2) in zip(masks, boxes, strict=True):
        mask[y1:y2, x1:x2] = True
    return masks


def sample_of(boxes, class_ids, **tags):
    """A black Sample with these rectangles as objects."""
    from maskrcnn_explained.data.sample import Sample

    masks = rectangles(*boxes)
    image = np.zeros((*masks.shape[1:], 3), np.uint8)
    tags = {name: np.array(values) for name, values in tags.items()}
    return Sample(image, masks, np.array(class_ids, np.int32), tags=tags)


def found_of(boxes, class_ids, scores):
    """Detections of these rectangles."""
    from maskrcnn_explained.detection import Detections
    from maskrcnn_explained.masks import boxes_from_masks

    masks = rectangles(*boxes)
    return Detections(
        boxes=boxes_from_masks(masks),
        class_ids=np.array(class_ids, np.int32),
        class_names=["" for _ in boxes],
        scores=np.array(scores, np.float32),
        masks=masks,
        mask_probs=np.zeros((len(boxes), 28, 28), np.float32),
    )


def convolutions(image, config):
    """The smallest backbone there is: four strided convolutions. Not registered with Keras."""
    from keras import layers

    maps, x = [], layers.Conv2D(4, 3, strides=2, padding="same")(image)
    for _ in range(4):
        x = layers.Conv2D(4, 3, strides=2, padding="same")(x)
        maps.append(x)
    return maps


class Oracle:
    """A model whose detections are given in advance, one per image."""

    def __init__(self, answers, detections=100):
        from maskrcnn_explained.presets import get_config

        self.answers = list(answers)
        self.config = get_config("scenes", detections=detections)

    def detect(self, image):
        return self.answers.pop(0)


def noise(height, width, seed=0):
    """An image of [height, width, 3] uint8."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def assert_same(one, other, atol=0.0):
    """Two Detections are equal, numbers within a tolerance."""
    assert one.class_names == other.class_names
    np.testing.assert_array_equal(one.class_ids, other.class_ids)
    np.testing.assert_allclose(one.boxes, other.boxes, atol=atol * 100)
    np.testing.assert_allclose(one.scores, other.scores, atol=atol)
    np.testing.assert_allclose(one.mask_probs, other.mask_probs, atol=10 * atol)
    assert (one.masks != other.masks).sum() <= atol * one.masks.size


def check_detections(found, image, config):
    """What Detections always are."""
    number = len(found)
    assert number <= config.detections
    assert found.boxes.shape == (number, 4) and found.boxes.dtype == np.float32
    assert found.class_ids.shape == found.scores.shape == (number,)
    assert found.class_ids.dtype == np.int32 and found.scores.dtype == np.float32
    assert found.masks.shape == (number, *image.shape[:2]) and found.masks.dtype == bool
    assert found.mask_probs.shape == (number, 28, 28) and len(found.class_names) == number
    assert (found.class_ids > 0).all() and (np.diff(found.scores) <= 0).all()
    limit = np.array(image.shape[:2] * 2, np.float32)
    assert (found.boxes >= -1e-3).all() and (found.boxes <= limit + 1e-3).all()
    assert [config.class_names[i] for i in found.class_ids] == found.class_names


def squares(number, seed=0, size=64):
    """A scene of bright squares on noise: an image, masks and class ids."""
    from maskrcnn_explained.data.sample import Sample

    rng = np.random.default_rng(seed)
    image, masks = rng.integers(0, 60, (size, size, 3), dtype=np.uint8), []
    for index in range(number):
        y, x = 4 + 30 * (index // 2), 4 + 30 * (index % 2)
        mask = np.zeros((size, size), bool)
        mask[y : y + 20, x : x + 24] = True
        image[mask] = 200
        masks.append(mask)
    masks = np.array(masks, bool).reshape(-1, size, size)
    return Sample(image, masks, np.ones(number, np.int32), image_id=seed)


def tensors_of(batch):
    """The arrays of a batch as tensors."""
    import tensorflow as tf

    return {name: tf.constant(value) for name, value in batch.items()}
