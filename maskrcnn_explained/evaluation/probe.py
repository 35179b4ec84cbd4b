"""What does one cell know? A linear probe guesses the class at a place from one cell's vector.

A probe (Alain and Bengio 2016, "Understanding intermediate layers using linear classifier probes")
is a linear classifier on the activations of a trained network, which stays as it is. What a linear
classifier can read from a vector, the next layer of the network can read, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from maskrcnn_explained._arguments import check_number
from maskrcnn_explained.data.sample import Sample

STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # of the penalty, to choose from


@dataclasses.dataclass(frozen=True)
class LinearProbe:
    """A linear classifier: the class whose row of weights gives the highest score.

    mean, spread: [C], to bring each channel to mean 0 and standard deviation 1.
    weights: [C + 1, K]; the last row is the bias.
    """

    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        """The class of each vector: [N, C] -> [N] integers."""
        return (_scaled(vectors, self.mean, self.spread) @ self.weights).argmax(1)


def _scaled(vectors, mean, spread):
    """Standardised vectors with a column of ones for the bias: [N, C + 1]."""
    return np.column_stack([(vectors - mean) / spread, np.ones(len(vectors))])


def fit_probe(
    vectors: np.ndarray, class_ids: np.ndarray, classes: int, strength: float = 0.01
) -> LinearProbe:
    """Fit a probe by least squares with a penalty on large weights (ridge regression).

    Args:
        vectors: [N, C]. class_ids: [N] integers in 0..classes-1.
        strength: of the penalty, above 0. Without one, a probe with many channels would learn
            its vectors by heart.

    Each class counts the same, however many vectors it has. Raises `ValueError` for no vectors,
    for arrays of different lengths, for classes out of range and for a strength of 0 or less.
    """
    check_number("strength", strength, 0)
    vectors, class_ids = np.asarray(vectors, np.float64), np.asarray(class_ids)
    fits = vectors.ndim == 2 and len(vectors) > 0 and class_ids.shape == (len(vectors),)
    if not fits or not strength or not 0 <= class_ids.min() <= class_ids.max() < classes:
        raise ValueError(
            f"fit_probe needs vectors [N, C] with N > 0, class_ids [N] in 0..{classes - 1} and a "
            f"strength above 0; got shapes {vectors.shape}, {class_ids.shape} and {strength}."
        )
    mean, spread = vectors.mean(0), vectors.std(0) + 1e-6
    inputs = _scaled(vectors, mean, spread)  # [N, C + 1]
    targets = np.eye(classes)[class_ids]  # one column per class: [N, K]
    share = 1 / np.bincount(class_ids, minlength=classes)[class_ids]  # each class: 1 in all
    weighted = inputs.T * (share / share.sum())  # [C + 1, N]
    penalty = strength * np.eye(len(weighted))
    return LinearProbe(
        mean, spread, np.linalg.solve(weighted @ inputs + penalty, weighted @ targets)
    )


def balanced_accuracy(predicted: np.ndarray, class_ids: np.ndarray) -> float:
    """The share that is right in each class, and the mean of these shares; guessing gives 1 / K.

    Args: predicted, class_ids: [N] integers; a class without any vector does not count.
    """
    predicted, class_ids = np.asarray(predicted), np.asarray(class_ids)
    shares = [(predicted[class_ids == k] == k).mean() for k in np.unique(class_ids)]
    return float(np.mean(shares))


def class_places(sample: Sample, number: int, generator: np.random.Generator) -> np.ndarray:
    """Pixels to ask about: up to `number` of each class that the image shows, and of background.

    Returns [N, 3] integers: row, column, class; 0 is background.
    """
    shown = np.zeros(sample.image.shape[:2], int)
    for mask, class_id in zip(sample.masks, sample.class_ids, strict=True):
        shown[mask] = class_id
    places = []
    for class_id in np.unique(shown):
        pixels = np.argwhere(shown == class_id)
        drawn = generator.choice(len(pixels), min(number, len(pixels)), replace=False)
        places.append(np.insert(pixels[drawn], 2, class_id, axis=1))
    return np.concatenate(places)


def cell_vectors(tensors: dict[str, Any], name: str, places: np.ndarray) -> np.ndarray:
    """The vector of the one cell of a map, such as "P3", that holds each place.

    Args:
        tensors: what `MaskRCNN.tensors` returns. places: [N, 2] or more; row and column of pixels
            of the original image.

    Returns [N, C].
    """
    centres = np.asarray(places)[:, [0, 1, 0, 1]] + 0.5  # of the pixels, as boxes of no size
    molded = tensors["window"].to_molded(centres.astype(np.float32))[:, :2]
    cells = (molded // 2 ** int(name[1])).astype(int)  # "P3" and "C3" have a stride of 2 ** 3
    return np.asarray(tensors[name])[cells[:, 0], cells[:, 1]]


def choose_strength(
    vectors: np.ndarray, class_ids: np.ndarray, classes: int, held_out: Sequence[bool]
) -> float:
    """The strength of the penalty that does best on vectors held out from the fit.

    Args: vectors [N, C], class_ids [N]; held_out [N] bool: those that only judge.
    """
    out = np.asarray(held_out, bool)
    scores = []
    for strength in STRENGTHS:
        probe = fit_probe(vectors[~out], class_ids[~out], classes, strength)
        scores.append(balanced_accuracy(probe.predict(vectors[out]), class_ids[out]))
    return STRENGTHS[int(np.argmax(scores))]
