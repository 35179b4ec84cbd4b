"""Wrong values for the arguments of functions, and what must come of a call with one of them.

A call gives a result, or raises a clear error: one that this package raises itself (the last line
of its trace is a `raise` of ours) as a `ValueError` or `OSError`, which says what was given.
"""

import collections
import inspect
import linecache
import os
import pathlib

import numpy as np
from helpers import ROOT

PACKAGE = str(ROOT / "maskrcnn_explained")
NUMBERS = dict(
    none=None, text="x", nan=float("nan"), infinite=float("inf"), negative=-1, zero=0, half=0.5
)
NUMBERS |= dict(huge=10**30, many=[1, 2], array=np.zeros((2, 2)), complex=1j)
TEXTS = dict(none=None, number=7, other="nonsense", empty="", bytes=b"x", null="a\0b", many=["a"])
PATHS = dict(none=None, number=7, empty="", bytes=b"x", null="a\0b", many=[])
TABLES = dict(none=None, text="x", empty={}, list=[1], other={"a": 1})
OTHERS = dict(none=None, text="x", number=7, array=np.zeros((3, 3)), list=[1], object=object())


def wrong_arrays(good) -> dict:
    """Other types, ranks, lengths, dtypes and numbers than those of an array."""
    found = dict(none=None, text="text", object=object(), number=7, ragged=[[1], [1, 2]])
    found |= dict(
        scalar=np.float32(1), rank_above=good[None], no_rows=good[:0], reversed=good[::-1]
    )
    if good.ndim and len(good):
        found |= dict(rank_below=good[0], shorter=good[:-1], strided=np.repeat(good, 2, 0)[::2])
    if good.ndim and good.shape[-1] > 1:
        found["narrower"] = good[..., :-1]
    for name, number in (("nan", np.nan), ("infinite", np.inf), ("negative", -1.0), ("huge", 1e30)):
        found[name] = np.full(good.shape, number)
    for name, dtype in (("complex", complex), ("texts", str), ("objects", object)):
        found[name] = good.astype(dtype)
    read_only = good.copy()
    read_only.flags.writeable = False
    return found | {"read_only": read_only}


def wrong_lists(good) -> dict:
    found = dict(none=None, text="x", number=7, empty=[], nones=[None] * len(good))
    found |= dict(texts=["x"] * len(good), shorter=list(good)[:-1], nested=[good])
    return found | {"longer": [*good, *good[:1]]}


def wrong_values(good) -> dict:
    """A name -> a value that differs from a good one in kind, size or number."""
    if isinstance(good, np.ndarray):
        return wrong_arrays(good)
    if isinstance(good, bool):
        return dict(none=None, text="x")
    if isinstance(good, (int, float)):
        return NUMBERS
    if isinstance(good, str):
        return TEXTS
    if isinstance(good, os.PathLike):
        folder = pathlib.Path(good).parent
        return PATHS | dict(missing=folder / "none" / "x.h5", folder=folder)
    if isinstance(good, dict):
        return TABLES
    if isinstance(good, (list, tuple)):
        return wrong_lists(good)
    return OTHERS


def is_clear(error) -> bool:
    """Whether an error is a sentence of this package: see above."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    line = list(code.co_positions())[trace.tb_lasti // 2][0]  # where the statement begins
    kind = isinstance(error, (ValueError, OSError)) and not isinstance(error, UnicodeError)
    raised = linecache.getline(code.co_filename, line).strip().startswith("raise ")
    return kind and raised and code.co_filename.startswith(PACKAGE)


def try_all(function, good: dict, skipped=(), run_good=True) -> collections.Counter:
    """Call a function once rightly, and once per wrong value of each argument.

    Args:
        skipped: names of arguments, or (name, kind of wrong value), that are left out.
        run_good: False where a right call takes long; then every wrong one must be refused.

    Returns how often a result came ("right") and how often a clear error ("refused"). Raises
    `AssertionError` for any other error, with the argument that was to blame.
    """
    done = collections.Counter()
    if run_good:
        function(**good)
    for name, value in good.items():
        for kind, wrong in wrong_values(value).items():
            if name in skipped or (name, kind) in skipped:
                continue
            try:
                result = function(**good | {name: wrong})
                if inspect.isgenerator(result):
                    next(result, None)
                done["right"] += 1
            except Exception as error:
                assert is_clear(error), f"{name}={kind}: {type(error).__name__}: {error}"
                done["refused"] += 1
    assert run_good or not done["right"], "a wrong value was taken"
    return done
