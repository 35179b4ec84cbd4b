"""Keras' own methods with what this model needs: its settings, its losses, its batches.

A part of `MaskRCNN`. What cannot work with a Mask R-CNN is refused here, before any work, with what
to do instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras

from maskrcnn_explained.config import Config
from maskrcnn_explained.keras_model.forks import require_threads
from maskrcnn_explained.keras_model.settings import own_settings

TARGETS = ("images", "gt_boxes", "gt_class_ids")  # of a batch; and gt_masks or gt_mask_bits
BATCHES = (
    "Give batches as `data.batches` makes them: a tf.data.Dataset of `batches(dataset, config, "
    "..)`, or one dict of `make_batch(samples, config)`; boxes, classes and masks are in it. "
    "`mrx.train(model, dataset, None, recipe)` does all this."
)


class KerasMethods:
    """The methods of `keras.Model` that `MaskRCNN` changes. Arguments are Keras' own."""

    config: Config

    def __call__(self, *args: Any, **options: Any) -> Any:
        require_threads()
        with own_settings():
            return super().__call__(*args, **options)  # type: ignore[misc]

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        *args: Any,
        **options: Any,
    ) -> None:
        """Keras' `compile`; with `Config.precision` "mixed_float16" losses are scaled for it.

        Raises `ValueError` for losses and metrics: the model has its own.
        """
        given = dict(
            loss=loss, loss_weights=loss_weights, metrics=metrics, weighted_metrics=weighted_metrics
        )
        unused = ", ".join(name for name, value in given.items() if value)
        if unused:
            raise ValueError(
                f"compile got {unused}, which would have no effect: a Mask R-CNN has five losses "
                "of its own, weighed by Config.loss_weights (mrx.load(.., loss_weights=..)), and "
                "mrx.evaluate measures its AP. Leave it out."
            )
        with own_settings():
            optimizer = keras.optimizers.get(optimizer)
            if options.get("auto_scale_loss", True):
                optimizer = _scaling(optimizer, self.config.precision)
            super().compile(optimizer, None, None, None, None, *args, **options)  # type: ignore[misc]

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile a model that was loaded as the saved one was."""
        self.compile(**keras.saving.deserialize_keras_object(config))
        self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]

    def fit(self, x: Any = None, y: Any = None, *args: Any, **options: Any) -> Any:
        return self._run("fit", x, y, *args, **options)

    def evaluate(self, x: Any = None, y: Any = None, *args: Any, **options: Any) -> Any:
        return self._run("evaluate", x, y, *args, **options)

    def train_on_batch(self, x: Any, y: Any = None, *args: Any, **options: Any) -> Any:
        return self._run("train_on_batch", x, y, *args, **options)

    def test_on_batch(self, x: Any, y: Any = None, *args: Any, **options: Any) -> Any:
        return self._run("test_on_batch", x, y, *args, **options)

    def predict(self, x: Any, *args: Any, **options: Any) -> Any:
        _check_inputs("predict", x)
        return self._keras("predict")(x, *args, **options)

    def predict_on_batch(self, x: Any) -> Any:
        _check_inputs("predict_on_batch", x)
        return self._keras("predict_on_batch")(x)

    def _run(self, method, x, y, *args, **options):
        """A method that learns from batches, or measures on them."""
        weights = [n for n in ("sample_weight", "class_weight") if options.get(n) is not None]
        if y is not None or weights:
            what = ", ".join(["y"] * (y is not None) + weights)
            raise ValueError(f"{method} got {what}, which a Mask R-CNN does not take. {BATCHES}")
        if isinstance(x, Mapping):
            check_batch(x, method)
        elif x is None or isinstance(x, (list, tuple)) or hasattr(x, "shape"):
            raise ValueError(f"{method} got {_kind(x)}. {BATCHES}")
        return self._keras(method)(x, y, *args, **options)

    def _keras(self, name) -> Callable:
        """Keras' method of that name, with the settings of this package."""
        method = getattr(super(), name)

        def run(*args, **options):
            require_threads()
            with own_settings():
                return method(*args, **options)

        return run


def _scaling(optimizer, precision):
    """The optimizer, in loss scaling for float16: without it, small gradients would round to 0."""
    kind = keras.optimizers.LossScaleOptimizer
    if precision != "mixed_float16" or optimizer is None or isinstance(optimizer, kind):
        return optimizer
    return kind(optimizer)


def check_batch(batch: Any, where: str) -> dict[str, Any]:
    """The batch, out of what Keras hands to a step: itself, or (batch,), or (batch, None, None).

    Raises `ValueError` if it is no dict of `data.batches.make_batch`.
    """
    if isinstance(batch, (list, tuple)):
        batch, y, weights = keras.utils.unpack_x_y_sample_weight(tuple(batch))
        if y is not None or weights is not None:
            raise ValueError(f"{where} got y or sample_weight besides the batch. {BATCHES}")
    if not isinstance(batch, Mapping):
        raise ValueError(f"{where} got {_kind(batch)} as a batch. {BATCHES}")
    missing = [name for name in TARGETS if name not in batch]
    if not missing and not {"gt_masks", "gt_mask_bits"} & set(batch):
        missing = ["gt_masks"]
    if missing:
        raise ValueError(f"{where} got a batch without {', '.join(missing)}. {BATCHES}")
    return dict(batch)


def _check_inputs(method, x):
    """Raise `ValueError` for an image: the graph takes what `mold` makes of it."""
    if hasattr(x, "shape") or (isinstance(x, (list, tuple)) and len(x) != 3):
        raise ValueError(
            f"{method} got {_kind(x)}; it runs the graph itself, on [molded images, windows, "
            "min_scores] (`model.graph_inputs` makes them). For images use `model.detect(images)`, "
            "or `model.tensors(image)` for every tensor."
        )


def _kind(value):
    """What something is, for messages."""
    shape = getattr(value, "shape", None)
    return f"a {type(value).__name__}" + (f" of shape {tuple(shape)}" if shape is not None else "")
