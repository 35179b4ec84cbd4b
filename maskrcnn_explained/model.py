"""MaskRCNN: all stages as one Keras model, from image to masks. This is what you call."""

from __future__ import annotations

import contextlib
import functools
import random
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from maskrcnn_explained import losses
from maskrcnn_explained._arguments import check_config
from maskrcnn_explained.config import Config
from maskrcnn_explained.graph import TRUNK_TENSORS, OneDevice, build_inference_graph
from maskrcnn_explained.inference import Inference
from maskrcnn_explained.keras_model.forks import require_threads
from maskrcnn_explained.keras_model.layer_names import named_layers, named_variables, walk
from maskrcnn_explained.keras_model.methods import KerasMethods
from maskrcnn_explained.keras_model.settings import own_settings
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.stored.saving import Saving
from maskrcnn_explained.training_step import TrainingStep


@keras.saving.register_keras_serializable("maskrcnn_explained")
class MaskRCNN(Inference, TrainingStep, Saving, KerasMethods, keras.Model):
    """A Mask R-CNN. Build one with `maskrcnn_explained.build` or `load`.

    Called on [images, windows, min_scores] it returns the dict of `build_inference_graph`; most
    users want `detect`, or `tensors` to look inside.

    Args:
        config: what to build.
        seed: of the random choices in training.
    """

    def __init__(self, config: Config, seed: int = 0, **kwargs: Any) -> None:
        check_config(config)
        with own_settings():
            self._make(config, kwargs)
        self._config = config
        self.seed = seed
        self.trained = False  # whether the weights are: `load` and `train` say so
        self.devices = OneDevice()
        graph = functools.cache(self._compile)

        def compiled(names: tuple[str, ...]) -> Callable:
            require_threads()
            return graph(names)

        self._compiled = compiled
        named_variables(self)  # weights without a name of their own are refused here, not in a file

    def _make(self, config, kwargs):
        """The graph, the trunk as a function of its own, and what `fit` counts with."""
        inputs, named = build_inference_graph(config)
        super().__init__(inputs=inputs, outputs=named, **kwargs)
        trunk = keras.Model(inputs[0], {name: named[name] for name in TRUNK_TENSORS})

        def run_trunk(images: tf.Tensor, training: bool) -> dict[str, tf.Tensor]:
            return trunk(images, training=training)

        # A function and not the model itself, so that Keras does not list its layers twice.
        self.run_trunk = run_trunk
        self._trackers = [keras.metrics.Mean(name=name) for name in ("loss", *losses.NAMES)]

    @property
    def config(self) -> Config:
        """What the model was built from."""
        return self._config

    @config.setter
    def config(self, value: Any) -> None:
        raise AttributeError(
            "The config of a model cannot be changed: its graph is built. Load or build another "
            "one, such as mrx.load(weights, detections=20) or mrx.build(model.config.changed(..))."
        )

    # Layers

    @functools.cached_property
    def named_layers(self) -> dict[str, keras.layers.Layer]:
        """Every layer that computes, by its one name: see `keras_model.layer_names`.

        Those of `rpn_model`, which runs on each level, stand without prefix, as in the reference;
        those of other models inside this one with it: "resnet50/conv1_conv".
        """
        return named_layers(self)

    @property
    def all_layers(self) -> Iterator[keras.layers.Layer]:
        """Every layer that computes, also those inside `rpn_model` and inside other models."""
        return (layer for _, layer in walk(self))

    def find_layer(self, name: str) -> keras.layers.Layer:
        """A layer by its name in `named_layers`. Raises `ValueError` if there is none."""
        if not isinstance(name, str) or name not in self.named_layers:
            raise ValueError(f"The model has no layer {name!r}; `model.named_layers` lists all.")
        return self.named_layers[name]


def build(preset: str | Config = "scenes", seed: int = 0, **changes: Any) -> MaskRCNN:
    """A model with fresh weights. Python's own random numbers go on as if nothing had been drawn.

    Args:
        preset: a name ("scenes", "nuclei", "coco-resnet50", "coco-resnet101", "coco-torchvision")
            or a Config.
        seed: of the weights and of the random choices in training.
        **changes: fields of the Config to change.

    Raises `ValueError` for an unknown preset, field or seed.
    """
    known = preset if isinstance(preset, Config) else get_config(preset)
    config = known.changed(**changes)
    with seeded(seed):
        return MaskRCNN(config, seed=seed, name="mask_rcnn")


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Inside, layers draw the weights of this seed; afterwards the user's generators go on.

    Keras gives each layer a seed of its own from Python's `random`. NumPy's generator is seeded for
    backbones of the user's own; TensorFlow's is not touched, for no layer of Keras draws from it.
    Raises `ValueError` for a seed that is no whole number from 0 to 2**32 - 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"The seed must be a whole number from 0 to 2**32 - 1; got {seed!r}.")
    seed = int(seed)
    states = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
