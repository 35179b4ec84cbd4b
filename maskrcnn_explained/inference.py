"""Inference: from images to detections, or to every tensor on the way. A part of `MaskRCNN`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
import tensorflow as tf

from maskrcnn_explained._arguments import check_kind
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.given_images import GivenImages, require_sequence
from maskrcnn_explained.data.molding import Window, mold
from maskrcnn_explained.data.resizing import resized_size
from maskrcnn_explained.detection import to_detections
from maskrcnn_explained.results.detections import Detections
from maskrcnn_explained.results.tiles import merge_tiles, tile_boxes, tile_side

OneImage = np.ndarray | str | os.PathLike
# What `detect` asks the graph for.
DETECTION_TENSORS = ("detection_boxes", "detection_class_ids", "detection_scores", "masks")
# A strip is told of: it is shrunk to less than half, and its shorter side becomes less than a
# quarter of the longest side that the model takes.
NARROW = 4
SHRUNK = 0.5


class Inference:
    """The methods of `MaskRCNN` that look at images. Its graph gives the tensors by name."""

    config: Config
    output: Any
    __call__: Callable
    _compiled: Callable  # names of tensors -> the graph that gives them

    # A string is one image, although it is a sequence of strings.
    @overload
    def detect(  # type: ignore[overload-overlap]
        self, images: OneImage, min_score: float | None = None, tile: bool = False
    ) -> Detections: ...
    @overload
    def detect(
        self, images: Sequence[OneImage], min_score: float | None = None, tile: bool = False
    ) -> list[Detections]: ...
    def detect(self, images: Any, min_score: float | None = None, tile: bool = False) -> Any:
        """Find the instances in one image, or in each image of a list or a batch.

        Args:
            images: an image, [H, W] or [H, W, C] of any size (see `as_rgb`), or the path of an
                image file; or several: a batch [B, H, W, C], or a list of images and paths, whose
                files are read one at a time.
            min_score: drop detections below it; None takes the configuration's.
            tile: look at an image that is larger than the model's own in overlapping tiles as
                well, at its own size: small objects are found, and it takes longer. There may then
                be more than `config.detections`.

        Returns:
            Detections; for several images a list of them in order, each as the image gives alone.

        Raises `ValueError` if something is not an image or a file of one, `FileNotFoundError` if
        there is no such file (both before any of the list runs), and `ValueError` if `min_score`
        lies outside 0..1. Warns of a long strip, which has to be shrunk until it is very narrow.
        """
        given = GivenImages(images)
        self._checked_score(min_score)
        check_kind("tile", tile, (bool, np.bool_), "True or False")
        found = []
        for place in range(len(given)):
            found.append(self._look(given, place, min_score, tile))
        return found[0] if given.alone else found

    def detect_each(
        self, images: Iterable[Any], min_score: float | None = None, tile: bool = False
    ) -> Iterator[Detections]:
        """`detect` for a long or endless row of images, such as the frames of a film.

        Each image is taken, looked at and given back as Detections before the next is asked for, so
        neither images nor results fill the memory. An error comes at the image that it is about.

        Args:
            images: what can be iterated: a list, a generator, an iterator of images and paths.
            min_score, tile: as for `detect`.

        Raises `ValueError` if `images` gives no images, or `min_score` lies outside 0..1.
        """
        require_sequence(images)
        self._checked_score(min_score)
        check_kind("tile", tile, (bool, np.bool_), "True or False")
        return self._each(images, min_score, tile)

    def _each(self, images, min_score, tile):
        for number, image in enumerate(images, start=1):
            yield self._look(GivenImages([image], f"Image {number}"), 0, min_score, tile)

    def _look(self, given, place, min_score, tile):
        """`detect` for one of the images that were given."""
        image = given[place]
        height, width = image.shape[:2]
        tiles = tile_boxes((height, width), tile_side(self.config))
        if tile and len(tiles) > 1:
            cuts = [image[top:bottom, left:right] for top, left, bottom, right in tiles]
            parts = [self._detect_one(cut, min_score) for cut in cuts]
            return merge_tiles(tiles, parts, (height, width), self.config)
        # One by one. A batch changes the last bits of deep layers, and with them some detections.
        found = self._detect_one(image, min_score)
        narrow = min(resized_size(height, width, self.config)) * NARROW
        if narrow < self.config.image_max_side and found.scale < SHRUNK:
            _warn_of_strip(given.name(place), (height, width), found.scale)
        return found

    def _detect_one(self, image, min_score):
        """`detect` for one image, [H, W, 3] uint8."""
        # Resized, padded, mean subtracted.  [1, Hm, Wm, 3]
        molded, windows = mold([image], self.config)
        # Through the whole graph, of which four tensors are kept.
        tensors = self.infer(DETECTION_TENSORS, molded, windows, min_score)
        rows = {name: values[0] for name, values in tensors.items()}
        return to_detections(rows, windows[0], image.shape[:2], self.config)[0]

    def tensors(self, image: OneImage, min_score: float | None = None) -> dict[str, Any]:
        """Every named tensor of one forward pass of one image, as arrays without the batch axis.

        Names: molded_image, window, C2..C5, P2..P6, rpn_logits, rpn_probs, rpn_deltas, anchors,
        proposals, proposal_scores, proposal_anchors, box_features, class_logits, class_probs,
        box_deltas, detection_boxes, detection_class_ids, detection_scores, detection_rois,
        mask_features, masks_all_classes, masks. Boxes are in pixels of the molded image (with
        `inclusive_corners`, y2 and x2 of proposals and detections name the last pixel); padded
        rows at the end of proposals and detections are kept, so that nothing is hidden.
        """
        (image,) = GivenImages([image])
        molded, windows = mold([image], self.config)
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
        min_score = self._checked_score(min_score)
        boxes = np.stack([window.box for window in windows])
        scores = np.full(len(windows), min_score, np.float32)
        return tf.constant(molded), tf.constant(boxes), tf.constant(scores)

    def _checked_score(self, min_score):
        """The minimum score; the configuration's for None. Raises `ValueError` outside 0..1."""
        if min_score is None:
            return self.config.detection_min_score
        is_number = isinstance(min_score, (int, float, np.number, np.ndarray))
        if not is_number or np.ndim(min_score) or not 0 <= float(min_score) <= 1:
            raise ValueError(f"min_score must lie in 0..1; got {min_score!r}.")
        return min_score

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


def _warn_of_strip(name, size, scale):
    """Say that the model saw an image very small. `size` is (H, W); `scale` its new side / side."""
    warnings.warn(
        f"{name} is {size[0]} x {size[1]} pixels (height x width); the model sees it at "
        f"{scale:.3g} of its size, where small objects vanish. detect(..., tile=True), in the "
        "command --tile, looks at it in tiles.",
        stacklevel=4,  # at the caller of detect
    )


def _full(tensor):
    """A tensor as NumPy knows it: 16-bit numbers become float32."""
    return tf.cast(tensor, tf.float32) if tensor.dtype in (tf.bfloat16, tf.float16) else tensor
