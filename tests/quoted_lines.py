"""Whether a line that a table quotes stands in our source."""

import importlib
import inspect


def quoted(function: str, line: str) -> bool:
    """Whether a line is in the source of one of our functions, such as "rpn.propose"."""
    module, _, path = function.partition(".")
    found = importlib.import_module(f"maskrcnn_explained.{module}")
    for name in path.split("."):
        found = getattr(found, name)
    return line in " ".join(inspect.getsource(found).split())
