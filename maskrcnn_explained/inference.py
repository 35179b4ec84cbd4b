"""Inference: from images to detections, or to every tensor on the way. A part of `MaskRCNN`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np
import tensorflow as tf

from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.molding import Window, mold
from maskrcnn_explained.detection import Detections, to_detections

# What `detect` asks the graph for.
DETECTION_TENSORS = ("detection_boxes", "detection_class_ids", "detection_scores", "masks")


class Inference:
    """The methods of `MaskRCNN` that look at images. Its graph gives the tensors by name."""

    config: Config
    output: Any
    __call__: Callable
    _compiled: Callable  # names of tensors -> the graph that gives them

    @overload
    def detect(self, images: np.ndarray, min_score: float | None = None) -> Detections: ...
    @overload
    def detect(
        self, images: Sequence[np.ndarray], min_score: float | None = None
    ) -> list[Detections]: ...
    def detect(self, images: Any, min_score: float | None = None) -> Any:
        """Find the instances in one image, or in each image of a list.

        Args:
            images: an image, [H, W] or [H, W, C] of any size (see `as_rgb`); or a list of images.
            min_score: drop detections below it; None takes the configuration's.

        Returns:
            Detections; for a list, a list of them in its order, each as the image gives alone.

        Raises `ValueError` if something is not an image (before any of the list runs), or if
        `min_score` lies outside 0..1.
        """
        if not isinstance(images, (list, tuple)):
            return self.detect([images], min_score)[0]
        images = [as_rgb(image, f"Image {i} of {len(images)}") for i, image in enumerate(images, 1)]
        # One by one. A batch changes the last bits of deep layers, and with them some detections.
        return [self._detect_one(image, min_score) for image in images]

    def _detect_one(self, image, min_score):
        """`detect` for one image, [H, W, 3] uint8."""
        # Resized, padded, mean subtracted.  [1, Hm, Wm, 3]
        molded, windows = mold([image], self.config)
        # Through the whole graph, of which four tensors are kept.
        tensors = self.infer(DETECTION_TENSORS, molded, windows, min_score)
        rows = {name: values[0] for name, values in tensors.items()}
        return to_detections(rows, windows[0], image.shape[:2], self.config)[0]

    def tensors(self, image: np.ndarray, min_score: float | None = None) -> dict[str, Any]:
        """Every named tensor of one forward pass of one image, as arrays without the batch axis.

        Names: molded_image, window, C2..C5, P2..P6, rpn_logits, rpn_probs, rpn_deltas, anchors,
        proposals, proposal_scores, proposal_anchors, box_features, class_logits, class_probs,
        box_deltas, detection_boxes, detection_class_ids, detection_scores, detection_rois,
        mask_features, masks_all_classes, masks. Boxes are in pixels of the molded image (with
        `inclusive_corners`, y2 and x2 of proposals and detections name the last pixel); padded
        rows at the end of proposals and detections are kept, so that nothing is hidden.
        """
        molded, windows = mold([as_rgb(image)], self.config)
        tensors = self.infer(tuple(self.output), molded, windows, min_score)
        named = {"molded_image": molded[0], "window": windows[0]}
        named |= {name: value[0] for name, value in tensors.items()}
        named["anchors"] = generate_anchors(molded.shape[1:3], self.config).numpy()
        return named

    def infer(
        self,
        names: tuple[str, ...],
        molded: np.ndarray,
        windows: Sequence[Window],
        min_score: float | None = None,
    ) -> dict[str, np.ndarray]:
        """The tensors of these names for one batch that `mold` gave, as arrays."""
        run = self._compiled(names)
        tensors = run(*self.graph_inputs(molded, windows, min_score))
        return {name: value.numpy() for name, value in tensors.items()}

    def graph_inputs(
        self, molded: np.ndarray, windows: Sequence[Window], min_score: float | None = None
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The three inputs of the graph as tensors, from what `mold` gives and a score or None.

        Raises `ValueError` if `min_score` lies outside 0..1.
        """
        min_score = self.config.detection_min_score if min_score is None else min_score
        if not 0 <= min_score <= 1:
            raise ValueError(f"min_score must lie in 0..1; got {min_score}.")
        boxes = np.stack([window.box for window in windows])
        scores = np.full(len(windows), min_score, np.float32)
        return tf.constant(molded), tf.constant(boxes), tf.constant(scores)

    def _compile(self, names):
        """The model as one graph that gives these tensors; all others are freed on its way."""

        def run(*inputs):
            named = self(list(inputs), training=False)
            return {name: _full(named[name]) for name in names}

        signature = [  # every size and batch runs through one trace
            tf.TensorSpec([None, None, None, 3]),
            tf.TensorSpec([None, 4]),
            tf.TensorSpec([None]),
        ]
        return tf.function(run, input_signature=signature, jit_compile=False)


def _full(tensor):
    """A tensor as NumPy knows it: 16-bit numbers become float32."""
    return tf.cast(tensor, tf.float32) if tensor.dtype in (tf.bfloat16, tf.float16) else tensor
