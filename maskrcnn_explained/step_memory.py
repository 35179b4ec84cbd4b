"""What a training step keeps in memory, and four ways to keep less. The numbers stay the same.

A step keeps each tensor that a gradient needs, from the time it is made until the gradients come
back to it. So memory is fullest at the turn, when the losses are known and the last head begins to
go back. What helps:

* a convolution and the frozen batch norm after it run as one, so that what lies between them is
  never made (`scaled_convolution`);
* the heads take turns, so that two of them never have their large tensors at one time (`in_turn`);
* the end of the mask head, with the largest tensors of all, runs in four parts (`in_slices`);
* the optimizer begins when all gradients are there (`after_all`).

All are for graphs (`tf.function`, and so `fit`). Outside of graphs each operation runs as
soon as it is called, and nothing here changes that. The middle two are for models of full size,
which train with frozen batch norm (`saves_memory`): small ones run faster without.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from maskrcnn_explained.config import Config


def saves_memory(config: Config) -> bool:
    """Whether the heads of a model run in turn and in slices: if its batch norm is frozen."""
    return config.batch_norm == "frozen"


class Convolution(NamedTuple):
    """A convolution in a graph: its input [B, h, w, C], its kernel, its bias, and how it moves."""

    image: tf.Tensor
    kernel: tf.Tensor
    bias: tf.Tensor
    how: dict[str, Any]  # strides and padding


def convolution_before(x: tf.Tensor) -> Convolution | None:
    """The convolution with a bias that made x, if x is just that, in float32, and in a graph."""
    if not tf.is_symbolic_tensor(x) or x.dtype != tf.float32 or x.op.type != "BiasAdd":
        return None
    convolved, bias = x.op.inputs
    made_by = convolved.op
    if made_by.type != "Conv2D" or made_by.get_attr("data_format") != b"NHWC":
        return None
    padding = made_by.get_attr("padding").decode()
    if padding == "EXPLICIT" or made_by.get_attr("dilations") != [1, 1, 1, 1]:
        return None
    image, kernel = made_by.inputs
    how = dict(strides=made_by.get_attr("strides"), padding=padding)
    return Convolution(image, kernel, bias, how)


def scaled_convolution(convolution: Convolution, scale: tf.Tensor) -> tf.Tensor:
    """A convolution, without its bias, whose output channels are multiplied by `scale`.

    The kernel is multiplied instead: conv(x, kernel) * scale = conv(x, kernel * scale). So the
    gradient of `scale` does not need conv(x, kernel), which is as large as a feature map: it is
    the sum over a channel of kernel * (gradient of the scaled kernel), and that is small.

    Args:
        convolution: of which the bias is left to the caller.
        scale: [channels] float32.

    Returns:
        [B, h', w', channels] float32.
    """
    how = convolution.how

    @tf.custom_gradient
    def run(image, kernel, scale):
        def gradient(coming):
            # Multiplied again, and not kept since then: all kernels together take 150 MB in
            # ResNet-50. It waits for the gradient, or it would be made early and kept after all.
            with tf.control_dependencies([coming]):
                scaled = kernel * scale
            to_image = tf.raw_ops.Conv2DBackpropInput(
                input_sizes=tf.shape(image), filter=scaled, out_backprop=coming, **how
            )
            to_scaled = tf.raw_ops.Conv2DBackpropFilter(
                input=image, filter_sizes=tf.shape(kernel), out_backprop=coming, **how
            )
            return to_image, to_scaled * scale, tf.reduce_sum(to_scaled * kernel, [0, 1, 2])

        return tf.nn.conv2d(image, kernel * scale, **how), gradient

    return run(convolution.image, convolution.kernel, scale)


def as_product(convolution: Convolution) -> tf.Tensor | None:
    """The convolution and its bias as a product of two matrices, if the kernel covers the map.

    As in the box head: the kernel is large (49 MB) and the result small, [N, 1, 1, channels]. For
    a convolution TensorFlow would lay the kernel out anew, three times in a step.
    """
    image, kernel = convolution.image, convolution.kernel
    if convolution.how["padding"] != "VALID" or image.shape[1:3] != kernel.shape[:2]:
        return None
    rows = tf.reshape(image, [-1, kernel.shape[:3].num_elements()])
    product = tf.matmul(rows, tf.reshape(kernel, [rows.shape[1], kernel.shape[3]]))
    return tf.reshape(product + convolution.bias, [-1, 1, 1, kernel.shape[3]])


def in_turn(
    first: Sequence[tf.Tensor], then: Sequence[tf.Tensor], config: Config
) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
    """The same tensors, but what is made from `then` waits for `first`, and goes back before it.

    Two heads read the same maps, and nothing else says which one runs first. With the answers of
    one as `first` and the maps that the other reads as `then`, they run as on a stack: first head,
    second head, gradients of the second, gradients of the first.

    Args:
        first: answers of a head, any shapes.
        then: maps that the next head reads.
        config: see `saves_memory`.

    Returns:
        Both lists; use these from here on.
    """
    if not saves_memory(config):
        return list(first), list(then)
    number = len(first)

    @tf.custom_gradient
    def run(*tensors):
        with tf.control_dependencies(tensors[:number]):
            later = [tf.identity(tensor) for tensor in tensors[number:]]

        def gradient(*coming):
            with tf.control_dependencies(coming[number:]):
                back = [tf.identity(one) for one in coming[:number]]
            return [*back, *coming[number:]]

        return [*(tf.identity(tensor) for tensor in tensors[:number]), *later], gradient

    both = run(*first, *then)
    return list(both[:number]), list(both[number:])


def in_slices(
    function: Callable[[tf.Tensor], tf.Tensor], rows: tf.Tensor, config: Config
) -> tf.Tensor:
    """function(rows), a quarter of the rows at a time; the gradients compute each quarter again.

    So what lies between the rows and the result is there for one quarter only.

    Args:
        function: of which each row of the result depends on its own row alone.
        rows: [N, ...].
        config: see `saves_memory`.

    Returns:
        [N, ...].
    """
    if not (saves_memory(config) and tf.is_symbolic_tensor(rows)):
        return function(rows)

    @tf.recompute_grad
    def run(part):
        # A row of zeros more: of no rows at all, a convolution makes a wrong number of channels.
        padded = tf.pad(part, [[0, 1]] + [[0, 0]] * (part.shape.rank - 1))
        return function(padded)[:-1]

    number = tf.shape(rows)[0]
    quarter = number // 4
    sizes = [quarter, quarter, quarter, number - 3 * quarter]
    results: list[tf.Tensor] = []
    for part in tf.split(rows, sizes, num=4):
        if results:
            results[-1:], [part] = in_turn(results[-1:], [part], config)
        results.append(run(part))
    return tf.concat(results, 0)


def after_all(gradients: Sequence[tf.Tensor | None]) -> contextlib.AbstractContextManager:
    """A context whose operations begin when all gradients are there.

    Else an optimizer begins with what needs no gradient, such as 0.9 * velocity for all weights,
    and that waits in memory during the whole step. One operation waits for the gradients and all
    others for it, for a graph of each with each would be huge.
    """
    known = [gradient for gradient in gradients if gradient is not None]
    return tf.control_dependencies([tf.group(*known)])
