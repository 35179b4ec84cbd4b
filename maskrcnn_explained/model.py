"""MaskRCNN: all stages as one Keras model, from image to masks. This is what you call."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any, overload

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained import losses
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.backbone import registered_backbone, registered_name
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.molding import Window, mold
from maskrcnn_explained.detection import Detections, to_detections
from maskrcnn_explained.graph import (
    TRUNK_TENSORS,
    OneDevice,
    build_inference_graph,
    training_losses,
)
from maskrcnn_explained.presets import get_config

# What `detect` asks the graph for.
DETECTION_TENSORS = ("detection_boxes", "detection_class_ids", "detection_scores", "masks")


@keras.saving.register_keras_serializable("maskrcnn_explained")
class MaskRCNN(keras.Model):
    """A Mask R-CNN. Build one with `maskrcnn_explained.build` or `load`.

    Called on [images, windows, min_scores] it returns the dict of `build_inference_graph`; most
    users want `detect`, or `tensors` to look inside.

    Args:
        config: what to build.
        seed: of the random choices in training.
    """

    def __init__(self, config: Config, seed: int = 0, **kwargs: Any) -> None:
        inputs, named = build_inference_graph(config)
        super().__init__(inputs=inputs, outputs=named, **kwargs)
        self.config = config
        self.seed = seed
        self.devices = OneDevice()
        trunk = keras.Model(inputs[0], {name: named[name] for name in TRUNK_TENSORS})

        def run_trunk(images: tf.Tensor, training: bool) -> dict[str, tf.Tensor]:
            return trunk(images, training=training)

        # A function and not the model itself, so that Keras does not list its layers twice.
        self.run_trunk = run_trunk
        self._compiled = functools.cache(self._compile)
        self._trackers = [keras.metrics.Mean(name=name) for name in ("loss", *losses.NAMES)]

    # Inference

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

    # Layers

    @property
    def all_layers(self) -> Iterator[keras.layers.Layer]:
        """Every layer that computes, also those inside `rpn_model`, which runs on each level."""
        for layer in self.layers:
            yield from layer.layers if layer.name == "rpn_model" else [layer]

    def find_layer(self, name: str) -> keras.layers.Layer:
        """A layer by its name, also inside `rpn_model`. Raises `ValueError` if there is none."""
        for layer in self.all_layers:
            if layer.name == name:
                return layer
        raise ValueError(f"The model has no layer {name!r}.")

    # Training

    def compute_losses(self, batch: dict[str, tf.Tensor], training: bool) -> list[tf.Tensor]:
        """The five losses of a batch, in the order of `losses.NAMES`: see `training_losses`."""
        seed = tf.stack([self.seed, tf.cast(self._step(), tf.int32)])
        return training_losses(
            self.run_trunk,
            self.get_layer,
            self.devices.whole_batch(batch),
            seed,
            self.config,
            training,
            self.devices,
        )

    def _step(self):
        optimizer = getattr(self, "optimizer", None)
        return 0 if optimizer is None else tf.convert_to_tensor(optimizer.iterations)

    def train_step(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        with tf.GradientTape() as tape:
            parts = self.compute_losses(batch, training=True)
            total = self._weighted_sum(parts)
            scaled = self.optimizer.scale_loss(total)  # the same number, except in float16
        variables = self.trainable_variables
        # Of several devices the mean: the optimizer adds the gradients up again, after clipping.
        gradients = self.devices.mean(tape.gradient(scaled, variables))
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return self._update_trackers([total, *parts])

    def test_step(self, batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        parts = self.compute_losses(batch, training=False)
        return self._update_trackers([self._weighted_sum(parts), *parts])

    def _weighted_sum(self, parts):
        weights = self.config.loss_weights
        return tf.add_n([w * part for w, part in zip(weights, parts, strict=True)])

    def _update_trackers(self, values):
        for tracker, value in zip(self._trackers, self.devices.total(values), strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self._trackers}

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return self._trackers

    # Saving

    def get_config(self) -> dict[str, Any]:
        values = self.config.to_dict()
        if callable(self.config.backbone):
            values["backbone"] = registered_name(self.config.backbone)
        return {"config": values, "seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> MaskRCNN:
        values = dict(config["config"])
        if values["backbone"] != "resnet":
            values["backbone"] = registered_backbone(values["backbone"], custom_objects)
        return cls(Config.from_dict(values), seed=config["seed"], name=config["name"])


def _full(tensor):
    """A tensor as NumPy knows it: 16-bit numbers become float32."""
    return tf.cast(tensor, tf.float32) if tensor.dtype in (tf.bfloat16, tf.float16) else tensor


def build(preset: str | Config = "scenes", seed: int = 0, **changes: Any) -> MaskRCNN:
    """A model with fresh weights.

    Args:
        preset: a name ("scenes", "nuclei", "coco-resnet50", "coco-resnet101") or a Config.
        seed: of the weights and of the random choices in training.
        **changes: fields of the Config to change.

    Raises `ValueError` for an unknown preset or field.
    """
    known = preset if isinstance(preset, Config) else get_config(preset)
    config = known.changed(**changes)
    keras.utils.set_random_seed(seed)
    return MaskRCNN(config, seed=seed, name="mask_rcnn")
