"""What JavaScript tells of a trace is what Python tells: candidates, biographies, reasons."""

import dataclasses

import numpy as np
import pytest

CANDIDATES = ("source", "group", "boxes", "scores", "rank", "suppressor", "won")


def same_candidates(found, wanted):
    for name in CANDIDATES:
        ours, theirs = found[name], getattr(wanted, name)
        if name == "boxes":
            np.testing.assert_allclose(ours.reshape(-1, 4), theirs, atol=1e-3)
        else:
            np.testing.assert_array_equal(ours, theirs, err_msg=name)


def same_facts(found, wanted, left_out=()):
    """An object of JavaScript has the fields of a dataclass, with its values."""
    for field in dataclasses.fields(wanted):
        ours, theirs = found.get(field.name), getattr(wanted, field.name)
        if dataclasses.is_dataclass(theirs):
            same_facts(ours, theirs)
        elif isinstance(theirs, (str, tuple)) or theirs is None:
            assert ours == (list(theirs) if isinstance(theirs, tuple) else theirs)
        elif field.name not in left_out:
            ours = np.reshape(ours, np.shape(theirs))
            np.testing.assert_allclose(ours, theirs, atol=1e-3, err_msg=field.name)


def same_answers(traced, answers, boxes, class_ids=None):
    """Answers of whyNot to boxes [n, 4] are those of `why_not`; the reasons that came."""
    class_ids = class_ids or [None] * len(boxes)
    reasons = set()
    for box, class_id, answer in zip(boxes, class_ids, answers, strict=True):
        wanted = traced.why_not(box, class_id)
        assert answer["reason"] == wanted.reason
        assert answer["index"] == wanted.index
        assert answer["numbers"].keys() == wanted.numbers.keys()
        for name, value in wanted.numbers.items():
            if isinstance(value, str):
                assert answer["numbers"][name] == value
            else:
                assert answer["numbers"][name] == pytest.approx(value, abs=1.1e-3)
        reasons.add(wanted.reason)
    return reasons
