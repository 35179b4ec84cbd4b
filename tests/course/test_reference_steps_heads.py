"""Every line of ours that stands beside a step of the reference is in our source."""

import pytest
from quoted_lines import quoted

from maskrcnn_explained.course.reference_steps_heads import LATER_STEPS

ROWS = [(stage, *row) for stage, (_, rows) in LATER_STEPS.items() for row in rows]


@pytest.mark.parametrize("stage, theirs, function, line, note", ROWS)
def test_the_line_is_in_our_source(stage, theirs, function, line, note):
    assert quoted(function, line)
    assert "|" not in theirs + line + note
    assert theirs.endswith(".") and note.endswith(".")
