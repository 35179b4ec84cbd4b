from . import graph_ops as graph_ops
from . import half_weights as half_weights
from . import onnx_dense as onnx_dense
from . import onnx_file as onnx_file
from . import onnx_parts as onnx_parts
from . import onnx_pooling as onnx_pooling
from . import saved_model as saved_model
