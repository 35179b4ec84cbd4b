"""Less memory in a training step: the same numbers, in another order, with less kept."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from helpers import squares, tensors_of

from maskrcnn_explained.data.batches import make_batch
from maskrcnn_explained.layers import FrozenBatchNorm
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.step_memory import (
    after_all,
    as_product,
    convolution_before,
    in_slices,
    in_turn,
    saves_memory,
)

FROZEN = get_config("scenes", batch_norm="frozen")


def pair(kernel_size, strides=1, padding="same", epsilon=1e-3):
    """A convolution and the frozen batch norm after it, with numbers that are no defaults."""
    convolution = keras.layers.Conv2D(4, kernel_size, strides=strides, padding=padding)
    norm = FrozenBatchNorm(epsilon=epsilon)
    norm(convolution(np.zeros((1, 7, 7, 3), np.float32)))
    rng = np.random.default_rng(0)
    for variable in convolution.variables:
        variable.assign(rng.normal(size=variable.shape))
    norm.gamma.assign([0.5, -2.0, 0.0, 1.5])
    norm.beta.assign(rng.normal(size=4))
    norm.moving_mean.assign(rng.normal(size=4))
    norm.moving_variance.assign([0.3, 2.0, 1.0, 0.1])
    return convolution, norm


def answers(convolution, norm, image, training):
    """Output and gradients, as a graph computes them."""

    @tf.function
    def run(image):
        with tf.GradientTape() as tape:
            tape.watch(image)
            y = norm(convolution(image), training=training)
            loss = tf.reduce_sum(tf.sin(y))
        wanted = [image, *convolution.variables, norm.gamma, norm.beta]
        return [y, *tape.gradient(loss, wanted)]

    return run(image)


@pytest.mark.parametrize(
    "choices",
    [
        dict(kernel_size=1),
        dict(kernel_size=3),
        dict(kernel_size=3, strides=2, epsilon=0.0),
        dict(kernel_size=3, strides=2, padding="valid"),
        dict(kernel_size=7, padding="valid"),  # covers the map: a product
    ],
    ids=str,
)
def test_batch_norm_inside_the_convolution_gives_the_same(choices):
    """Also where gamma is zero (the third channel), which still learns."""
    convolution, norm = pair(**choices)
    image = tf.constant(np.random.default_rng(1).normal(size=(2, 7, 7, 3)), tf.float32)
    plain = answers(convolution, norm, image, training=False)  # Keras' own batch norm
    found = answers(convolution, norm, image, training=True)
    for expected, value in zip(plain, found, strict=True):
        scale = np.abs(expected).max()
        np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-5 * scale)
    assert np.abs(found[4][2]) > 0.01


def kept(run):
    """What the gradients of a step take from its way forward: names of operations."""
    names = []

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss, variables = run()
        graph = tf.constant(0).graph
        forward = {op.name for op in graph.get_operations()}
        gradients = tape.gradient(loss, variables)
        todo, seen = [gradient.op for gradient in gradients], set()
        while todo:
            op = todo.pop()
            if op.name in seen:
                continue
            seen.add(op.name)
            if op.name in forward:
                names.append(op.name)
            elif op.type not in ("Shape", "ShapeN"):
                todo += [tensor.op for tensor in op.inputs]
        return loss

    step.get_concrete_function()
    return names


def test_what_lies_between_convolution_and_batch_norm_is_not_kept():
    convolution, norm = pair(3)
    image = tf.ones([1, 7, 7, 3])

    def run(training):
        y = tf.nn.relu(norm(convolution(image), training=training))
        return tf.reduce_sum(y * y), [*convolution.variables, norm.gamma]

    between = [name for name in kept(lambda: run(False)) if "BiasAdd" in name]
    assert len(between) == 1
    assert not [name for name in kept(lambda: run(True)) if "BiasAdd" in name]


def test_only_a_float32_convolution_with_its_bias_is_recognised():
    found = {}

    @tf.function
    def look():
        x, kernel = tf.ones([1, 4, 4, 2]), tf.ones([3, 3, 2, 2])
        biased = tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), tf.ones([2]))
        dilated = tf.nn.conv2d(x, kernel, 1, "SAME", dilations=2)
        explicit = tf.nn.conv2d(x, kernel, 1, [[0, 0], [1, 1], [1, 1], [0, 0]])
        half = tf.nn.conv2d(tf.cast(x, tf.bfloat16), tf.cast(kernel, tf.bfloat16), 1, "SAME")
        cases = dict(biased=biased, relu=tf.nn.relu(biased), sum=biased + x)
        for name, value in dict(dilated=dilated, explicit=explicit, half=half).items():
            cases[name] = tf.nn.bias_add(value, tf.ones([2], value.dtype))
        for name, value in cases.items():
            found[name] = convolution_before(value)
        found["product"] = as_product(found["biased"])

    look()
    assert {name for name, value in found.items() if value is not None} == {"biased"}
    assert found["biased"].how == dict(strides=[1, 1, 1, 1], padding="SAME")
    assert convolution_before(tf.ones([1, 4, 4, 2])) is None  # no graph


def test_in_turn_is_a_stack():
    """First, second, gradients of the second, gradients of the first; and no number changes."""
    order = []

    def noted(x, name):
        @tf.custom_gradient
        def run(x):
            def gradient(coming):
                return tf.numpy_function(note(f"back {name}"), [coming], tf.float32)

            return tf.ensure_shape(tf.numpy_function(note(name), [x], tf.float32), []), gradient

        return run(x)

    def note(name):
        def run(x):
            order.append(name)
            return x

        return run

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            [first], [again] = in_turn([noted(x, "first")], [x], FROZEN)
            total = 3 * first + 5 * noted(again, "second")
        return total, tape.gradient(total, x)

    total, slope = step(tf.constant(2.0))
    assert (float(total), float(slope)) == (16, 8)
    assert order == ["first", "second", "back second", "back first"]


@pytest.mark.parametrize("number", [1, 3, 4, 9])
def test_slices_give_the_same(number):
    layers = [keras.layers.Conv2DTranspose(8, 2, strides=2, activation="relu")]
    layers.append(keras.layers.Conv2D(3, 1, activation="sigmoid"))
    rows = tf.random.stateless_normal([number, 2, 2, 5], [1, 2])

    def run(rows):
        return layers[1](layers[0](rows))

    run(rows)
    weights = [variable for layer in layers for variable in layer.variables]

    def step(function):
        @tf.function(input_signature=[tf.TensorSpec([None, 2, 2, 5])])
        def graph(rows):
            with tf.GradientTape() as tape:
                tape.watch(rows)
                result = function(rows)
                loss = tf.reduce_sum(result**2)
            return [result, *tape.gradient(loss, [rows, *weights])]

        return graph(rows)

    sliced = step(lambda rows: in_slices(run, rows, FROZEN))
    for value, expected in zip(sliced, step(run), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(in_slices(run, rows, FROZEN), run(rows))  # without a graph


def test_small_models_run_as_they_are():
    """With trained batch norm, as `scenes` has it: nothing waits, and no slice is made."""
    trained = get_config("scenes")
    assert saves_memory(FROZEN) and saves_memory(get_config("coco-torchvision"))
    assert not saves_memory(trained)
    first, then = [tf.ones([1])], [tf.ones([2])]
    assert in_turn(first, then, trained) == (first, then)
    assert in_slices(lambda rows: rows, then[0], trained) is then[0]


def test_the_optimizer_waits_for_all_gradients():
    waiting = []

    @tf.function
    def step(x):
        with after_all([x + 1, None, x * 2]):
            waiting.extend(tf.constant(1.0).op.control_inputs)
        return x

    step(tf.constant(1.0))
    [barrier] = waiting  # one operation, which waits for the others
    assert {op.type for op in barrier.control_inputs} == {"AddV2", "Mul"}
    with after_all([tf.constant(1.0)]):  # without a graph there is nothing to wait for
        assert float(tf.constant(1.0) + 1) == 2


@pytest.mark.slow
def test_a_whole_step_has_the_same_losses_and_gradients(tiny_config):
    """Outside of a graph nothing is changed, so that is what the graph is compared with."""
    model = build(tiny_config.changed(batch_norm="frozen"))
    rng = np.random.default_rng(0)
    for variable in model.weights:
        if variable.name in ("gamma", "moving_variance"):
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
        elif variable.name in ("beta", "moving_mean"):
            variable.assign(rng.normal(0, 0.2, variable.shape))
    batch = tensors_of(make_batch([squares(4, 1), squares(2, 2)], model.config))

    def step():
        with tf.GradientTape() as tape:
            losses = model.compute_losses(batch, training=True)
            total = tf.add_n(losses)
        gradients = tape.gradient(total, model.trainable_variables)
        return losses, [tf.convert_to_tensor(gradient) for gradient in gradients]

    (losses, gradients), (expected, plain) = tf.function(step)(), step()
    np.testing.assert_allclose(losses, expected, rtol=1e-4)
    for variable, found, gradient in zip(model.trainable_variables, gradients, plain, strict=True):
        scale = float(np.abs(gradient).max())
        np.testing.assert_allclose(found, gradient, atol=1e-3 * scale, err_msg=variable.path)
