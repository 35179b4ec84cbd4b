"""What one check of a machine found, and how a check that stops becomes a finding, too."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

FINE, WARN, BAD = "ok", "warning", "problem"
FINDING_STATES = (FINE, WARN, BAD)  # from good to bad


@dataclasses.dataclass(frozen=True)
class Finding:
    """What a check found.

    check: its name, one or two words.
    state: FINE; WARN: the course runs, but something is missing or slow; BAD: it does not run.
    found: what was found, in one line.
    mend: how to mend it, in one line; "" if there is nothing to mend.
    """

    check: str
    state: str
    found: str
    mend: str = ""

    def __post_init__(self) -> None:
        """Raise `ValueError` for an unknown state, or for a finding that does not help."""
        if self.state not in FINDING_STATES:
            raise ValueError(f"state must be one of {FINDING_STATES}; got {self.state!r}.")
        if (self.state == FINE) == bool(self.mend):
            raise ValueError(
                f"{self.check}: mend belongs to a warning or a problem, and only to it."
            )

    def line(self) -> str:
        """The finding in one line, as the command prints it."""
        end = f". Mend: {self.mend}" if self.mend else ""
        return f"{self.state:<8} {self.check:<13} {self.found}{end}"


def worst(findings: list[Finding]) -> str:
    """The worst state of some findings; FINE if there are none."""
    return max((finding.state for finding in findings), key=FINDING_STATES.index, default=FINE)


def guarded(name: str, mend: str) -> Callable[..., Callable[[], Finding]]:
    """Make a check of a function that gives (state, found, mend): it never stops with an error.

    Args:
        name: of the check.
        mend: what helps if the function stops with an error.

    Returns:
        A decorator. The decorated function takes nothing and gives a `Finding`.
    """

    def decorate(look: Callable[[], tuple[str, ...]]) -> Callable[[], Finding]:
        @functools.wraps(look)
        def check() -> Finding:
            try:
                state, found, *help_text = look()
                return Finding(name, state, found, mend="".join(help_text))
            except Exception as error:
                text = " ".join(str(error).split())[:300]
                return Finding(name, BAD, f"{type(error).__name__}: {text}", mend=mend)

        return check

    return decorate
