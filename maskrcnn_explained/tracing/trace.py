"""A trace: one forward pass, and every tensor of it by name.

Small tensors (scores, boxes, masks) are kept. Large maps are kept if they are named in `keep`, and
otherwise computed again on request, so the trace of a large photograph stays small.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from maskrcnn_explained._arguments import (
    check_arrays,
    check_images,
    check_model,
    check_names,
    check_number,
)
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.config import LEVELS
from maskrcnn_explained.data.given_images import GivenImages
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.detection import to_detections
from maskrcnn_explained.inference import DETECTION_TENSORS
from maskrcnn_explained.model import MaskRCNN
from maskrcnn_explained.tracing import biography
from maskrcnn_explained.tracing.candidates import Candidates, detection_candidates, rpn_candidates
from maskrcnn_explained.tracing.why_not import Diagnosis, why_not

# Large maps; all other tensors are kept.
RECOMPUTED = ("C2", "C3", "C4", "C5", *LEVELS, "box_features", "mask_features", "masks_all_classes")


def trace(
    model: MaskRCNN,
    image: Any,
    min_score: float | None = None,
    keep: str | Sequence[str] = (),
) -> Trace:
    """Run the model on one image and keep the intermediate results.

    Args:
        model: a MaskRCNN.
        image: one image, as for `detect`: an array, the path of a file, or an image of Pillow.
        min_score: drop detections below this score; None takes the value of the Config.
        keep: names of large maps to keep, such as ("C2", "P3") or "C2"; see `RECOMPUTED`.

    Returns:
        A Trace; its `detections` are those of `model.detect(image, min_score)`.

    Raises:
        ValueError: not one image, `min_score` outside 0..1, or an unknown name in `keep`.
        FileNotFoundError: there is no such file.
    """
    check_model(model)
    if not isinstance(keep, str):
        check_names("keep", keep)
    names = (keep,) if isinstance(keep, str) else tuple(keep)
    unknown = sorted(set(names) - set(RECOMPUTED))
    if unknown:
        raise ValueError(f"keep names {unknown}; there are: {', '.join(RECOMPUTED)}.")
    given = GivenImages(image, "image")
    if not given.alone:
        raise ValueError(f"trace takes one image; got {len(given)}. Call it for each of them.")
    return Trace(model, given[0], min_score, names)


class Trace:
    """The result of `trace`: a mapping from names to arrays of one image, without the batch axis.

    `names` lists the names. A layer of the graph has its own name (`trace["fpn_p4add"]`). The RPN's
    head runs on five levels, so its layers need the level, too (`trace["rpn_conv_shared/P3"]`).
    Boxes are in pixels of the molded image; `window` converts them to pixels of the image. Padding
    at the end of proposals and detections is kept.

    Attributes:
        image: [H, W, 3] uint8; detections: Detections, in pixels of the image.
        rows: [D] int, the row of each detection in the padded tensors.
        model: what ran; config, min_score: the settings of the run.
    """

    def __init__(
        self,
        model: MaskRCNN,
        image: np.ndarray,
        min_score: float | None,
        keep: tuple[str, ...],
    ) -> None:
        check_model(model)
        check_images([image])
        check_names("keep", keep)
        self.image = image
        self.config = model.config
        self.min_score = self.config.detection_min_score if min_score is None else min_score
        self.model = model
        molded, windows = mold([image], self.config)
        self._inputs = (molded, windows, min_score)
        # One forward pass. Keep the small tensors, and the large ones only if they were named.
        names = tuple(name for name in model.output if name not in RECOMPUTED or name in keep)
        self._kept: dict[str, Any] = {"molded_image": molded[0], "window": windows[0]}
        self._kept |= self._run(names)
        self._kept["anchors"] = generate_anchors(molded.shape[1:3], self.config).numpy()
        rows = {name: self._kept[name] for name in DETECTION_TENSORS}
        found, kept = to_detections(rows, windows[0], image.shape[:2], self.config)
        self.detections = found
        self.rows = kept

    def _run(self, names):
        tensors = self.model.infer(names, *self._inputs)
        return {name: value[0] for name, value in tensors.items()}

    def __getitem__(self, name: str) -> Any:
        """A tensor by its name. Raises `KeyError` for an unknown name, and lists the names."""
        if name in self._kept:
            return self._kept[name]
        if name in RECOMPUTED:
            return self._run((name,))[name]
        return self._layer_output(name)

    def __contains__(self, name: str) -> bool:
        return name in self.names or name in self.layer_names

    @property
    def names(self) -> tuple[str, ...]:
        """The name of every tensor, in the order in which the model computes them."""
        return ("molded_image", "window", *self.model.output, "anchors")

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The name of every layer whose output is available: not those inside other models."""
        head = self.model.get_layer("rpn_model")
        inside = (keras.layers.InputLayer, keras.Model)
        shared = [layer.name for layer in head.layers if not isinstance(layer, inside)]
        per_level = [f"{name}/{level}" for name in shared for level in LEVELS]
        own = [layer.name for layer in self.model.layers if not isinstance(layer, inside)]
        once = [name for name in own if name not in shared]
        return (*once, *per_level)

    def _layer_output(self, name):
        if name not in self.layer_names:
            raise KeyError(
                f"No tensor is called {name!r}. Named tensors: {', '.join(self.names)}. Besides, "
                "every layer by its name, those of the RPN's head with a level: fpn_p4add, "
                "rpn_conv_shared/P3; `layer_names` lists them."
            )
        layer, _, level = name.partition("/")
        if level:
            head = self.model.get_layer("rpn_model")
            part = keras.Model(head.input, head.get_layer(layer).output)
            return np.asarray(part(self[level][None], training=False))[0]
        part = keras.Model(self.model.inputs, self.model.get_layer(layer).output)
        inputs = self.model.graph_inputs(*self._inputs)
        outputs = part(list(inputs), training=False)
        arrays = [np.asarray(value)[0] for value in keras.tree.flatten(outputs)]
        return arrays[0] if len(arrays) == 1 else tuple(arrays)

    def table(self) -> str:
        """One line per named tensor: shape, type, and whether it is kept."""
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
        """The boxes that entered the RPN's NMS, and their results."""
        return rpn_candidates(
            self["anchors"],
            self["rpn_probs"],
            self["rpn_deltas"],
            self["proposal_anchors"],
            self.image_size,
            self.config,
            self["window"].box,
        )

    @functools.cached_property
    def detection_candidates(self) -> Candidates:
        """The (RoI, class) pairs that entered the last NMS, and their results."""
        return detection_candidates(self)

    def follow(self, index: int) -> biography.Biography:
        """The Biography of detection `index`: see `biography.follow`."""
        check_number("index", index, whole=True)
        return biography.follow(self, index)

    def at(self, y: float, x: float) -> biography.Claims:
        """The anchors, proposals and detections at a point: see `biography.claims_at`."""
        check_number("y", y)
        check_number("x", x)
        return biography.claims_at(self, y, x)

    def why_not(self, box: Any, class_id: int | None = None, mask: Any = None) -> Diagnosis:
        """The step at which an object was lost: see `why_not.why_not`."""
        check_arrays(box=(box, "4"))
        if class_id is not None:
            check_number("class_id", class_id, 1, self.config.num_classes - 1, whole=True)
        if mask is not None:
            check_arrays(mask=(mask, "H W"))
            if tuple(mask.shape) != self.image.shape[:2]:
                raise ValueError(f"mask must have the size of the image, {self.image.shape[:2]}.")
        return why_not(self, box, class_id, mask)
