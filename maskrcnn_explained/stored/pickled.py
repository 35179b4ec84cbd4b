"""A pickle read as plain data: nothing that it asks for is imported, made or called.

A pickle is a small program: its instructions push values on a stack, and some of them call any
function that the file names. Python's own reader follows them, so a pickle from a stranger may do
anything. Here a stack of our own knows only the instructions that a table of numbers needs. Names
of classes and functions stay texts, and what they stand for the caller says, in plain data.
"""

from __future__ import annotations

import dataclasses
import pickletools
import re
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

MOST_INSTRUCTIONS = 1_000_000  # a model of 300 arrays needs about ten thousand
MOST_MARKS = 1000  # how deep unfinished lists may lie in each other
VALUES = (  # instructions that push their own argument
    *("BININT", "BININT1", "BININT2", "LONG1", "LONG4", "BINFLOAT"),
    *("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINSTRING", "SHORT_BINSTRING"),
    *("BINBYTES", "SHORT_BINBYTES"),
)
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
NO_EFFECT = ("PROTO", "FRAME")  # they say something about the file, and do nothing


@dataclasses.dataclass(frozen=True)
class Name:
    """A class or function that a pickle names. It is never looked up."""

    text: str


@dataclasses.dataclass(frozen=True)
class Meanings:
    """What the names in a pickle stand for. Every other name is refused.

    calls: name -> a function of ours that turns the arguments into plain data.
    names: more names, which may stand as a value.
    records: names of classes that only hold values; their values are not read.
    stored: turns a persistent id, which stands for data elsewhere in the file, into plain data.
    harmless: names that are refused in other words, for nobody means harm with them.
    """

    calls: Mapping[str, Callable[..., Any]]
    names: frozenset[str]
    records: frozenset[str]
    stored: Callable[[Any], Any]
    harmless: re.Pattern[str] | None = None


def plain_data(stream: BinaryIO, meanings: Meanings) -> Any:
    """The value of the next pickle in a stream, which then stands behind it.

    Returns numbers, texts, bytes, lists, tuples, dicts, `Name`s, and what `meanings` make. Keys of
    a dict are texts and whole numbers. What a class would take as its state is read and left out.

    Raises `ValueError` (or an error below it) if the pickle is damaged, or names or does anything
    else; the message says what, and reads on from "the file ..., but".
    """
    machine = _Machine(meanings)
    for number, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
        if number > MOST_INSTRUCTIONS:
            raise ValueError(f"its pickle has more than {MOST_INSTRUCTIONS} instructions")
        if opcode.name != "STOP":
            machine.step(opcode.name, argument)
    return machine.result()


class _Machine:
    """The stack, the marks on it, and what was put aside."""

    def __init__(self, meanings: Meanings) -> None:
        self.meanings = meanings
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []  # the stacks below each mark
        self.aside: dict[int, Any] = {}
        self.known = {
            "MARK": self.mark,
            "TUPLE": lambda _: self.push(tuple(self.since_mark())),
            "EMPTY_LIST": lambda _: self.push([]),
            "EMPTY_DICT": lambda _: self.push({}),
            "APPEND": lambda _: self.append([self.pop()]),
            "APPENDS": lambda _: self.append(self.since_mark()),
            "SETITEM": lambda _: self.set_items(self.pop_many(2)),
            "SETITEMS": lambda _: self.set_items(self.since_mark()),
            "BINPUT": self.put,
            "LONG_BINPUT": self.put,
            "MEMOIZE": lambda _: self.put(len(self.aside)),
            "BINGET": self.get,
            "LONG_BINGET": self.get,
            "GLOBAL": lambda argument: self.name(*argument.split(" ", 1)),
            "STACK_GLOBAL": lambda _: self.name(*self.pop_many(2)),
            "BINPERSID": lambda _: self.push(self.meanings.stored(self.pop())),
            "REDUCE": self.call,
            "NEWOBJ": self.record,
            "BUILD": self.state,
        }

    def step(self, instruction: str, argument: Any) -> None:
        """One instruction."""
        if instruction in VALUES:
            self.push(argument)
        elif instruction in CONSTANTS:
            self.push(CONSTANTS[instruction])
        elif instruction in TUPLES:
            self.push(tuple(self.pop_many(TUPLES[instruction])))
        elif instruction in self.known:
            self.known[instruction](argument)
        elif instruction not in NO_EFFECT:
            raise ValueError(f"its pickle has {instruction}, which no file of tensors needs")

    def result(self) -> Any:
        """What is left when the pickle ends."""
        if len(self.stack) != 1 or self.below:
            raise ValueError("its pickle ends too early")
        return self.stack[0]

    # The stack

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        return self.pop_many(1)[0]

    def pop_many(self, number: int) -> list[Any]:
        if len(self.stack) < number:
            raise ValueError("its pickle takes what is not there")
        taken = self.stack[-number:]
        del self.stack[-number:]
        return taken

    def mark(self, _: Any) -> None:
        if len(self.below) >= MOST_MARKS:
            raise ValueError(f"its pickle has more than {MOST_MARKS} lists inside each other")
        self.below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[Any]:
        if not self.below:
            raise ValueError("its pickle takes what is not there")
        taken, self.stack = self.stack, self.below.pop()
        return taken

    def top(self, kind: type) -> Any:
        if not self.stack or type(self.stack[-1]) is not kind:
            raise ValueError(f"its pickle adds to something that is no {kind.__name__}")
        return self.stack[-1]

    def put(self, place: int) -> None:
        if not self.stack:
            raise ValueError("its pickle takes what is not there")
        self.aside[place] = self.stack[-1]

    def get(self, place: int) -> None:
        if place not in self.aside:
            raise ValueError("its pickle takes what is not there")
        self.push(self.aside[place])

    # Containers

    def append(self, values: list[Any]) -> None:
        self.top(list).extend(values)

    def set_items(self, flat: list[Any]) -> None:
        keys, values = flat[::2], flat[1::2]
        if len(keys) != len(values) or not all(type(key) in (str, int) for key in keys):
            raise ValueError("its pickle has a dict whose keys are no texts or whole numbers")
        self.top(dict).update(zip(keys, values, strict=True))

    # Names

    def name(self, module: Any, inner: Any) -> None:
        text = f"{module}.{inner}" if type(module) is type(inner) is str else "something"
        known = self.meanings
        if not (text in known.calls or text in known.names or text in known.records):
            if known.harmless is not None and known.harmless.fullmatch(text):
                raise ValueError(
                    f"it names {text}, which this reader does not know. Load it with PyTorch, save "
                    "`model.state_dict()` alone, and take that file"
                )
            raise ValueError(
                f"it asks to run {text}. Only tensors are read here, and nothing is run. If you "
                "trust the file, load it with PyTorch, save `model.state_dict()` alone, and take "
                "that file"
            )
        self.push(Name(text))

    def call(self, _: Any) -> None:
        name, arguments = self.pop_many(2)
        meaning = self.meanings.calls.get(name.text) if type(name) is Name else None
        if meaning is None or type(arguments) is not tuple:
            raise ValueError("its pickle calls something that is no function of tensors")
        self.push(meaning(*arguments))

    def record(self, _: Any) -> None:
        name, arguments = self.pop_many(2)
        if type(name) is not Name or name.text not in self.meanings.records or arguments != ():
            raise ValueError("its pickle has NEWOBJ, which no file of tensors needs")
        self.push({})

    def state(self, _: Any) -> None:
        """What a dict or a record would remember beside its entries: left out."""
        self.pop()
        self.top(dict)
