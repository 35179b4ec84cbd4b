"""What a check found: its line, the worst of several, and a check that stops."""

import pytest

from maskrcnn_explained.cli.finding import BAD, FINE, WARN, Finding, guarded, worst


def test_a_finding_is_one_line_that_says_how_to_mend():
    assert Finding("cores", FINE, "4").line() == "ok       cores         4"
    line = Finding("disk", WARN, "0.5 GiB free", mend="make room").line()
    assert line == "warning  disk          0.5 GiB free. Mend: make room"


def test_what_is_wrong_has_a_way_to_mend_it_and_what_is_fine_has_none():
    for state, mend in ((FINE, "buy one"), (WARN, ""), (BAD, "")):
        with pytest.raises(ValueError, match="mend belongs to a warning or a problem"):
            Finding("disk", state, "full", mend=mend)
    with pytest.raises(ValueError, match="state must be one of"):
        Finding("disk", "terrible", "full", mend="make room")


def test_the_worst():
    fine, warn, bad = (
        Finding("a", FINE, ""),
        Finding("b", WARN, "", mend="x"),
        Finding("c", BAD, "", mend="x"),
    )
    assert worst([]) == FINE and worst([fine, warn]) == WARN
    assert worst([bad, fine, warn]) == BAD


def test_a_check_that_stops_is_a_problem_in_one_line():
    @guarded("disk", "ask somebody")
    def look():
        """Look."""
        raise OSError("no\n  such disk")

    assert look() == Finding("disk", BAD, "OSError: no such disk", mend="ask somebody")
    assert look.__doc__ == "Look."
    assert guarded("disk", "x")(lambda: (FINE, "there"))() == Finding("disk", FINE, "there")
