"""Store the weights of an ONNX graph in 16 bits: half the file, the same computing.

In front of each use stands a cast back to float32, so the runtime computes as before; only the last
bits of the weights are gone (11 bits of a number are kept, about three decimal places).
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

LEAST_NUMBERS = 256  # smaller constants are shapes, scales and biases: they stay as they are
LARGEST_HALF = float(np.finfo(np.float16).max)  # 65504


def halve_weights(graph: Any) -> int:
    """Store every large float32 constant of an ONNX model as float16, with a cast behind it.

    Args:
        graph: an `onnx.ModelProto`; it is changed.

    Returns:
        How many constants were changed.

    Warns if numbers do not fit: beyond 65,504 they stay float32 with their whole tensor.
    """
    from onnx import TensorProto, helper, numpy_helper

    kept, casts, left = [], [], []
    for tensor in graph.graph.initializer:
        values = numpy_helper.to_array(tensor)
        large = values.dtype == np.float32 and values.size >= LEAST_NUMBERS
        if large and np.abs(values).max() > LARGEST_HALF:
            left.append(tensor.name)
        elif large:
            half = f"{tensor.name}_float16"
            kept.append(numpy_helper.from_array(values.astype(np.float16), half))
            casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
            continue
        kept.append(tensor)
    if left:
        warnings.warn(f"Too large for float16, left in float32: {', '.join(left)}.", stacklevel=2)
    nodes = casts + list(graph.graph.node)
    for field, content in (("initializer", kept), ("node", nodes)):
        graph.graph.ClearField(field)
        getattr(graph.graph, field).extend(content)
    return len(casts)
