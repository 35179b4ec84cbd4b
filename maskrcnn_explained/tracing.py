"""A trace: one forward pass, and every tensor of it that one can ask for by name.

Small tensors (scores, boxes, masks) are kept. Large maps are kept if they are named in `keep`, and
otherwise computed again when they are asked for, so that a trace of a large photograph stays small.
"""

from __future__ import annotations

import functools

import keras
import numpy as np

from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.candidates import Candidates, detection_candidates, rpn_candidates
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.detection import Detections
from maskrcnn_explained.model import DETECTED

SMALL = (
    "rpn_logits", "rpn_probs", "rpn_deltas", "proposals", "proposal_scores", "proposal_anchors",
    "class_logits", "class_probs", "box_deltas", "detection_boxes", "detection_class_ids",
    "detection_scores", "detection_rois", "masks",
)  # fmt: skip
LARGE = (
    "C2", "C3", "C4", "C5", *LEVELS, "box_features", "mask_features", "masks_all_classes",
)  # fmt: skip


def trace(model, image, min_score: float | None = None, keep=()) -> Trace:
    """Run the model on one image and keep what it computed on the way.

    Args:
        model: a MaskRCNN.
        image: as for `detect`.
        min_score: drop detections below it; None takes the configuration's.
        keep: names of large maps to keep, such as ("C2", "P3"); see `LARGE`.

    Returns:
        A Trace; its `detections` are those of `model.detect(image, min_score)`.

    Raises:
        ValueError: not an image, `min_score` outside 0..1, or an unknown name in `keep`.
    """
    unknown = sorted({keep} if isinstance(keep, str) else set(keep) - set(LARGE))
    if unknown:
        raise ValueError(f"keep names {unknown}; there are: {', '.join(LARGE)}.")
    return Trace(model, as_rgb(image), min_score, tuple(keep))


class Trace:
    """What `trace` returns: a mapping from names to arrays of one image, without the batch axis.

    Names: see `names`. Layers of the graph go by their own names (`trace["fpn_p4add"]`), those of
    the RPN's head, which runs on five levels, with the level (`trace["rpn_conv_shared/P3"]`).
    Boxes are in pixels of the molded image; `window` says how to get back to the image. Padding at
    the end of proposals and detections is kept.

    Attributes:
        image: [H, W, 3] uint8; detections: Detections, in pixels of the image.
        rows: [D] int, the row of each detection in the padded tensors.
        config, min_score: that it ran with.
    """

    def __init__(self, model, image, min_score, keep):
        self.image, self.config = image, model.config
        self.min_score = self.config.detection_min_score if min_score is None else min_score
        self._model = model
        molded, windows = mold([image], self.config)
        self._feed = molded, windows, min_score
        self._kept = {"molded_image": molded[0], "window": windows[0]}
        names = tuple(name for name in model.output if name in SMALL or name in keep)
        self._kept |= self._run(names)
        size = molded.shape[1:3]
        self._kept["anchors"] = generate_anchors(size, self.config).numpy()
        found = [self._kept[name] for name in DETECTED]
        self.detections: Detections = model._to_detections(image, windows[0], *found)
        self.rows = model.image_boxes(windows[0], *found[:2])[1]

    def _run(self, names):
        tensors = self._model._infer(names, *self._feed)
        return {name: value[0].numpy() for name, value in tensors.items()}

    def __getitem__(self, name: str) -> np.ndarray:
        """A tensor by its name. Raises `KeyError` that lists what there is."""
        if name in self._kept:
            return self._kept[name]
        if name in LARGE:
            return self._run((name,))[name]
        return self._layer_output(name)

    def __contains__(self, name):
        return name in self.names or name in self.layer_names

    @property
    def names(self) -> tuple[str, ...]:
        """Every named tensor, in the order in which the model computes them."""
        return ("molded_image", "window", *self._model.output, "anchors")

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Every layer whose output can be asked for."""
        shared = [layer.name for layer in self._model.get_layer("rpn_model").layers[1:]]
        own = [
            layer.name for layer in self._model.layers
            if not isinstance(layer, keras.layers.InputLayer) and layer.name != "rpn_model"
        ]  # fmt: skip
        return (*own, *(f"{name}/{level}" for name in shared for level in LEVELS))

    def _layer_output(self, name):
        if name not in self.layer_names:
            raise KeyError(
                f"No tensor is called {name!r}. Named tensors: {', '.join(self.names)}. Besides, "
                "every layer by its name, those of the RPN's head with a level: fpn_p4add, "
                "rpn_conv_shared/P3; `layer_names` lists them."
            )
        layer, _, level = name.partition("/")
        if level:
            head = self._model.get_layer("rpn_model")
            part = keras.Model(head.input, head.get_layer(layer).output)
            return np.asarray(part(self[level][None], training=False))[0]
        part = keras.Model(self._model.inputs, self._model.get_layer(layer).output)
        outputs = part(list(self._model.feed(*self._feed)), training=False)
        arrays = [np.asarray(value)[0] for value in keras.tree.flatten(outputs)]
        return arrays[0] if len(arrays) == 1 else tuple(arrays)

    def table(self) -> str:
        """A line for each named tensor: shape, type, and whether it is kept."""
        lines = [f"{'name':<22}{'shape':<22}{'type':<10}kept"]
        for name in self.names:
            if name != "window":
                value = self[name]
                shape = " x ".join(str(side) for side in value.shape)
                kept = "yes" if name in self._kept else "when asked for"
                lines.append(f"{name:<22}{shape:<22}{value.dtype.name:<10}{kept}")
        return "\n".join(lines)

    @property
    def image_size(self) -> tuple[int, int]:
        """(H, W) of the molded image."""
        return self["molded_image"].shape[:2]

    @functools.cached_property
    def rpn_candidates(self) -> Candidates:
        """Who entered the RPN's NMS, and what became of each."""
        names = ("anchors", "rpn_probs", "rpn_deltas", "proposal_anchors")
        return rpn_candidates(*(self[name] for name in names), self.image_size, self.config)

    @functools.cached_property
    def detection_candidates(self) -> Candidates:
        """Which (RoI, class) pairs entered the last NMS, and what became of each."""
        return detection_candidates(self)

    def follow(self, index: int):
        """The Biography of detection `index`: see `biography.follow`."""
        from maskrcnn_explained.biography import follow

        return follow(self, index)

    def at(self, y: float, x: float):
        """Who claims a point of the image: see `biography.at`."""
        from maskrcnn_explained.biography import at

        return at(self, y, x)

    def why_not(self, box, class_id: int | None = None, mask=None):
        """At which step an object was lost: see `why_not.why_not`."""
        from maskrcnn_explained.why_not import why_not

        return why_not(self, box, class_id, mask)
