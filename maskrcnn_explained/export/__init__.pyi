from . import graph_ops as graph_ops
from . import saved_model as saved_model
