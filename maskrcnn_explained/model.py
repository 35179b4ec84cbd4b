"""MaskRCNN: all stages as one Keras model, from image to masks."""

from __future__ import annotations

import functools

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained import losses, replicas
from maskrcnn_explained.anchors import generate_anchors
from maskrcnn_explained.batch_losses import batch_losses
from maskrcnn_explained.config import Config
from maskrcnn_explained.data.images import as_rgb
from maskrcnn_explained.data.molding import mold
from maskrcnn_explained.detection import Detections, paste_masks
from maskrcnn_explained.network import TRUNK, build_graph

DETECTED = ("detection_boxes", "detection_class_ids", "detection_scores", "masks")


@keras.saving.register_keras_serializable("maskrcnn_explained")
class MaskRCNN(keras.Model):
    """A Mask R-CNN. Build one with `maskrcnn_explained.build` or `load`.

    Called on [images, windows, min_scores] it returns the dict of `build_graph`; most users want
    `detect`, or `tensors` to look inside.

    Args:
        config: what to build.
        seed: of the random choices in training.
    """

    def __init__(self, config: Config, seed: int = 0, **kwargs):
        inputs, named = build_graph(config)
        super().__init__(inputs=inputs, outputs=named, **kwargs)
        self.config = config
        self.seed = seed
        trunk = keras.Model(inputs[0], [named[name] for name in TRUNK])
        # What training runs; a function, so that Keras does not list shared layers a second time.
        self.run_trunk = lambda images, training: trunk(images, training=training)
        self._compiled = functools.cache(self._compile)
        self._trackers = [keras.metrics.Mean(name=name) for name in ("loss", *losses.NAMES)]

    # Inference

    def detect(self, images, min_score: float | None = None):
        """Find the instances in one image, or in each of a list.

        Args:
            images: an image, [H, W] or [H, W, C] of any size (see `as_rgb`); or a list of such.
            min_score: drop detections below it; None takes the configuration's.

        Returns:
            Detections; for a list, a list of them.

        Raises:
            ValueError: not an image, or `min_score` outside 0..1.
        """
        single = not isinstance(images, (list, tuple))
        images = [as_rgb(image) for image in ([images] if single else images)]
        if not images:
            return []
        molded, windows = mold(images, self.config)
        tensors = self._infer(DETECTED, molded, windows, min_score)
        arrays = [tensors[name].numpy() for name in DETECTED]
        found = [
            self._to_detections(image, window, *rows)
            for image, window, *rows in zip(images, windows, *arrays, strict=True)
        ]
        return found[0] if single else found

    def tensors(self, image, min_score: float | None = None) -> dict:
        """Every named tensor of one forward pass of one image, as arrays without the batch axis.

        Names: molded_image, window, C2..C5, P2..P6, rpn_logits, rpn_probs, rpn_deltas, anchors,
        proposals, proposal_scores, proposal_anchors, box_features, class_logits, class_probs,
        box_deltas, detection_boxes, detection_class_ids, detection_scores, detection_rois,
        mask_features, masks_all_classes, masks. Boxes are in pixels of the molded image (with
        `inclusive_corners`, y2 and x2 of proposals and detections name the last pixel); padded
        rows at the end of proposals and detections are kept, so that nothing is hidden.
        """
        molded, windows = mold([as_rgb(image)], self.config)
        tensors = self._infer(tuple(self.output), molded, windows, min_score)
        named = {"molded_image": molded[0], "window": windows[0]}
        named |= {name: value[0].numpy() for name, value in tensors.items()}
        named["anchors"] = generate_anchors(molded.shape[1:3], self.config).numpy()
        return named

    def _infer(self, names, molded, windows, min_score):
        """The tensors of these names, of one batch."""
        return self._compiled(names)(*self.feed(molded, windows, min_score))

    def feed(self, molded, windows, min_score):
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

    def _to_detections(self, image, window, boxes, class_ids, scores, masks):
        """One image's padded rows as plain arrays in pixels of the user's image."""
        boxes, rows = self.image_boxes(window, boxes, class_ids)
        class_ids, scores, masks = class_ids[rows], scores[rows], masks[rows]
        pasted = paste_masks(masks, boxes, image.shape[:2], rim=self.config.mask_rim)
        names = [self.config.class_names[i] for i in class_ids]
        return Detections(boxes, class_ids, names, scores, pasted, masks)

    def image_boxes(self, window, boxes, class_ids):
        """Detected boxes in pixels of the user's image, and which of the padded rows they are.

        Args:
            window: the image's Window; boxes: [D, 4], padded; class_ids: [D], 0 for padding.

        Returns:
            [d, 4] float32 and [d] int; padding and boxes without area are left out.
        """
        rows = np.flatnonzero(class_ids > 0)
        inclusive = self.config.inclusive_corners
        boxes = (window.to_image_inclusive if inclusive else window.to_image)(boxes[rows])
        boxes = np.round(boxes) if self.config.integer_results else boxes
        real = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        return boxes[real], rows[real]

    def find_layer(self, name: str) -> keras.layers.Layer:
        """A layer by its name, also inside `rpn_model`. Raises `ValueError` if there is none."""
        for layer in [*self.layers, *self.get_layer("rpn_model").layers]:
            if layer.name == name:
                return layer
        raise ValueError(f"The model has no layer {name!r}.")

    # Training

    def compute_losses(self, batch: dict, training: bool) -> list:
        """The five losses of a batch, in the order of `losses.NAMES`: see `batch_losses`."""
        seed = tf.stack([self.seed, tf.cast(self._step(), tf.int32)])
        return batch_losses(self, replicas.padded(batch), seed, training)

    def _step(self):
        optimizer = getattr(self, "optimizer", None)
        return 0 if optimizer is None else tf.convert_to_tensor(optimizer.iterations)

    def train_step(self, batch):
        with tf.GradientTape() as tape:
            parts = self.compute_losses(batch, training=True)
            total = self._weighted_sum(parts)
            scaled = self.optimizer.scale_loss(total)  # the same, but in float16
        variables = self.trainable_variables
        # Of several devices the mean, for the optimizer adds them up once more, after clipping.
        gradients = replicas.mean(tape.gradient(scaled, variables))
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return self._update_trackers([total, *parts])

    def test_step(self, batch):
        parts = self.compute_losses(batch, training=False)
        return self._update_trackers([self._weighted_sum(parts), *parts])

    def _weighted_sum(self, parts):
        weights = self.config.loss_weights
        return tf.add_n([w * part for w, part in zip(weights, parts, strict=True)])

    def _update_trackers(self, values):
        for tracker, value in zip(self._trackers, replicas.total(values), strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self._trackers}

    @property
    def metrics(self):
        return self._trackers

    # Saving

    def get_config(self):
        values = self.config.to_dict()
        if callable(self.config.backbone):
            values["backbone"] = _registered_name(self.config.backbone)
        return {"config": values, "seed": self.seed, "name": self.name}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        values = dict(config["config"])
        if values["backbone"] != "resnet":
            name = values["backbone"]
            values["backbone"] = keras.saving.get_registered_object(name, custom_objects)
            if values["backbone"] is None:
                raise ValueError(
                    f"This model was saved with the backbone {name!r}, which is not registered "
                    "with Keras here; import the module that defines it before loading."
                )
        return cls(Config.from_dict(values), seed=config["seed"], name=config["name"])


def _full(tensor):
    """A tensor as NumPy knows it: 16-bit numbers become float32."""
    return tf.cast(tensor, tf.float32) if tensor.dtype in (tf.bfloat16, tf.float16) else tensor


def _registered_name(backbone):
    """The name under which Keras can find the backbone again."""
    shown = getattr(backbone, "__name__", type(backbone).__name__)
    try:
        name = keras.saving.get_registered_name(backbone)
    except (AttributeError, TypeError):  # a callable without a name, such as functools.partial
        name = ""
    if keras.saving.get_registered_object(name) is None:
        raise ValueError(
            f"The backbone {shown!r} is not registered with "
            "Keras, so a saved model could not be loaded again; decorate it with "
            "@keras.saving.register_keras_serializable('your_package')."
        )
    return name


def build(preset: str | Config = "scenes", seed: int = 0, **changes) -> MaskRCNN:
    """A model with fresh weights.

    Args:
        preset: a name ("scenes", "coco-resnet50", "coco-resnet101") or a Config.
        seed: of the weights and of the random choices in training.
        **changes: fields of the Config to change.

    Raises `ValueError` for an unknown preset or field.
    """
    from maskrcnn_explained.presets import get_config

    config = (
        preset.changed(**changes) if isinstance(preset, Config) else get_config(preset, **changes)
    )
    keras.utils.set_random_seed(seed)
    return MaskRCNN(config, seed=seed, name="mask_rcnn")
