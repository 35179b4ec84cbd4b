"""Layers of the user's own that keep their moving statistics."""

import keras
import numpy as np
import pytest
from keras import layers

from maskrcnn_explained.layers import AtInference, hold_statistics


@keras.saving.register_keras_serializable("test_layers_statistics")
class OwnNorm(layers.Layer):
    """A batch norm that is not Keras', with a running mean."""

    def build(self, shape):
        self.mean = self.add_weight(
            shape=(shape[-1],), name="running_mean", trainable=False, initializer="zeros"
        )

    def call(self, x, training=None):
        if training:
            self.mean.assign(0.5 * self.mean + 0.5 * keras.ops.mean(x, (0, 1)))
        return x - self.mean


def run_in_training(layer):
    """Call a model with this layer in training, and give output and statistics."""
    x = np.float32([[[1, 2], [3, 6]]])
    image = keras.Input((2, 2))
    model = keras.Model(image, layer(image))
    output = model(x, training=True)
    return np.asarray(output), [np.asarray(v) for v in layer.non_trainable_variables]


@pytest.mark.parametrize("kind", [OwnNorm, layers.BatchNormalization])
def test_statistics_stay_and_the_output_is_that_of_inference(kind):
    layer = kind()
    layer.build((None, 2, 2))
    before = [np.asarray(v) for v in layer.non_trainable_variables]
    hold_statistics(layer, True)
    output, after = run_in_training(layer)
    np.testing.assert_array_equal(after, before)
    np.testing.assert_array_equal(output, layer(np.float32([[[1, 2], [3, 6]]]), training=False))
    hold_statistics(layer, False)
    _, after = run_in_training(layer)
    assert not np.array_equal(after, before), "the layer's own behaviour is back"


def test_own_norm_by_hand():
    """The mean of (1, 3) is 2, and half of it is kept; of (2, 6) it is 4."""
    layer = OwnNorm()
    output, [mean] = run_in_training(layer)
    np.testing.assert_array_equal(mean, [1, 2])
    np.testing.assert_array_equal(output, [[[0, 0], [2, 4]]])


def test_twice_is_once_and_gamma_learns():
    layer = layers.BatchNormalization()
    layer.build((None, 2, 2))
    for _ in range(2):
        hold_statistics(layer, True)
    assert isinstance(layer.call, AtInference)
    assert not isinstance(layer.call.layers_own, AtInference)
    assert [v.name for v in layer.trainable_variables] == ["gamma", "beta"]


def test_layers_without_statistics_are_left_alone():
    for layer in (layers.Dropout(0.5), layers.Dense(2), layers.LayerNormalization()):
        layer.build((None, 2))
        hold_statistics(layer, True)
        assert not isinstance(layer.call, AtInference)
