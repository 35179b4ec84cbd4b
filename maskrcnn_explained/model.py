"""MaskRCNN: all stages as one Keras model, from image to masks. This is what you call."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from maskrcnn_explained import losses
from maskrcnn_explained.backbone import registered_backbone, registered_name
from maskrcnn_explained.config import Config
from maskrcnn_explained.graph import TRUNK_TENSORS, OneDevice, build_inference_graph
from maskrcnn_explained.inference import Inference
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.training_step import TrainingStep


@keras.saving.register_keras_serializable("maskrcnn_explained")
class MaskRCNN(Inference, TrainingStep, keras.Model):
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
