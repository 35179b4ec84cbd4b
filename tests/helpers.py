"""What tests in many folders call; what they are given stands in conftest.py."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
os.environ.setdefault("MPLBACKEND", "Agg")

import contextlib
import pathlib
import signal

import numpy as np

ROOT = pathlib.Path(__file__).parent.parent
REFERENCE_NUMBERS = pathlib.Path(__file__).parent / "reference_numbers"

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


def end_group(process) -> None:
    """Kill a process that leads a group, and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # Windows knows no groups
            process.kill()
    process.wait()


def titles(axes) -> list[str]:
    """The titles of a figure's axes."""
    return [ax.get_title() for ax in np.ravel(axes)]


def text_in_frame(page, title, selector) -> str:
    """The text of an element of the widget of that title, which lies in a frame of the page."""
    page.locator(f"iframe[title='{title}']").first.scroll_into_view_if_needed()
    inside = page.frame_locator(f"iframe[title='{title}']").first
    inside.locator(selector).wait_for(timeout=20_000)
    return inside.locator(selector).inner_text()


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


def convolutions(image, config):
    """The smallest backbone there is: four strided convolutions. Not registered with Keras."""
    from keras import layers

    maps, x = [], layers.Conv2D(4, 3, strides=2, padding="same")(image)
    for _ in range(4):
        x = layers.Conv2D(4, 3, strides=2, padding="same")(x)
        maps.append(x)
    return maps
