"""Two small exercises, for tests of what judges them: a function, and a value."""

import numpy as np

from maskrcnn_explained.boxes import area
from maskrcnn_explained.course.exercises.exercise import Case, Exercise, WrongAnswer

DOUBLE = Exercise(
    key="99.1",
    name="double",
    kind="implement",
    difficulty=1,
    importance=1,
    minutes=5,
    asks="Twice the numbers.",
    right=lambda x: 2 * np.asarray(x),
    wrong=(
        WrongAnswer("That is the square.", lambda x: np.square(x)),
        WrongAnswer("Nobody gets numbers from this one.", lambda x: [][3]),
    ),
    hints=("Add them to themselves.", "2 * x."),
    source=area,
    arguments=("x",),
    cases=(
        Case("by hand", lambda: (np.array([1, 2]),)),
        Case("random", lambda: (np.random.default_rng(0).normal(0, 1, (30, 4)),)),
    ),
)
VALUE = Exercise(
    key="99.2",
    name="answer",
    kind="compute",
    difficulty=1,
    importance=1,
    minutes=5,
    asks="Six times seven.",
    right=lambda: 42,
    wrong=(WrongAnswer("That is the sum.", lambda: 13),),
    hints=("Multiply.",),
    source=area,
)
