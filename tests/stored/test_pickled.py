"""Pickles as plain data: what tensors need is read, and nothing else happens."""

import collections
import dataclasses
import io
import pickle
import re

import numpy as np
import pytest
from torch_files import name, number, program, text

from maskrcnn_explained.stored.pickled import MOST_INSTRUCTIONS, Meanings, Name, plain_data

MEANINGS = Meanings(
    calls={"collections.OrderedDict": lambda *pairs: dict(*pairs)},
    names=frozenset({"torch.FloatStorage"}),
    records=frozenset({"argparse.Namespace"}),
    stored=lambda identity: ["stored", identity],
)
called = []


def call_me(*arguments):
    """What hostile pickles below name."""
    called.append(arguments)


@dataclasses.dataclass
class Stateful:
    """A class of another program."""

    number: int = 1

    def __setstate__(self, state):
        call_me(state)


def read(content):
    return plain_data(io.BytesIO(content), MEANINGS)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_values(protocol):
    value = {
        "texts": ["a", "\u00fc" * 300, ""],
        "numbers": [0, -1, 255, 2**16, -(2**31), 2**40, 10**30, 0.25, True, False, None],
        "bytes": [b"a\xff", b"b" * 300] if protocol > 2 else [],
        "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
        7: {"inner": {}},
    }
    assert read(pickle.dumps(value, protocol)) == value
    ordered = collections.OrderedDict(value)
    assert read(pickle.dumps(ordered, protocol)) == value


def test_names_stay_names():
    assert read(program(name("torch", "FloatStorage"))) == Name("torch.FloatStorage")
    assert read(program(text("id") + b"Q")) == ["stored", "id"]


def test_the_next_pickle_of_a_stream():
    stream = io.BytesIO(pickle.dumps(1, 2) + pickle.dumps("two", 2))
    assert plain_data(stream, MEANINGS) == 1 and plain_data(stream, MEANINGS) == "two"
    with pytest.raises(ValueError, match="pickle exhausted"):
        plain_data(stream, MEANINGS)


def test_what_a_dict_would_remember_beside_is_left_out():
    ordered = collections.OrderedDict(a=1)
    ordered._metadata = {"version": 1}
    assert read(pickle.dumps(ordered, 2)) == {"a": 1}


RUN = text("touch ran") + b"\x85R"
HOSTILE = {
    "os.system": (name("os", "system") + RUN, "asks to run os.system"),
    "posix.system": (name("posix", "system") + RUN, "asks to run posix.system"),
    "nt.system": (name("nt", "system") + RUN, "asks to run nt.system"),
    "eval": (name("__builtin__", "eval") + RUN, "asks to run __builtin__.eval"),
    "exec": (name("builtins", "exec") + RUN, "asks to run builtins.exec"),
    "of a test": (name("test_pickled", "call_me") + b")R", "asks to run test_pickled.call_me"),
    "on the stack": (text("os") + text("system") + b"\x93" + RUN, "asks to run os.system"),
    "no texts": (number(1) + number(2) + b"\x93", "asks to run something"),
    "INST": (b"(" + text("touch ran") + b"ios\nsystem\n", "has INST"),
    "OBJ": (b"(" + name("collections", "OrderedDict") + b"o", "has OBJ"),
    "NEWOBJ": (name("collections", "OrderedDict") + b")\x81", "has NEWOBJ"),
    "NEWOBJ_EX": (name("collections", "OrderedDict") + b")}\x92", "has NEWOBJ_EX"),
    "NEWOBJ with arguments": (
        name("argparse", "Namespace") + text("x") + b"\x85\x81",
        "has NEWOBJ",
    ),
    "EXT1": (b"\x82\x01", "has EXT1"),
    "EXT2": (b"\x83\x01\x00", "has EXT2"),
    "EXT4": (b"\x84\x01\x00\x00\x00", "has EXT4"),
    "PERSID": (b"Pos\n", "has PERSID"),
    "a buffer": (b"\x97", "has NEXT_BUFFER"),
    "an array of bytes": (b"\x96" + bytes(8), "has BYTEARRAY8"),
    "a call of a record": (name("argparse", "Namespace") + b")R", "calls something"),
    "a call of a text": (text("os.system") + RUN, "calls something"),
    "arguments in a list": (name("collections", "OrderedDict") + b"]R", "calls something"),
    "state of a name": (name("torch", "FloatStorage") + b"}b", "adds to something"),
    "a far place": (b"r\xff\xff\xff\xff", "takes what is not there"),
    "from a far place": (b"Nj\x00\x00\x00\x80", "takes what is not there"),
    "an empty stack": (b"R", "takes what is not there"),
    "no mark": (b"u", "takes what is not there"),
    "two values": (b"NN", "ends too early"),
    "no value": (b"", "ends too early"),
    "an open mark": (b"(N", "ends too early"),
    "a list as a key": (b"}]Ns", "keys are no texts"),
    "a tuple as a key": (b"})Ns", "keys are no texts"),
    "half an entry": (b"}(Nu", "keys are no texts"),
    "items of a list": (b"](" + text("a") + b"Nu", "adds to something that is no dict"),
    "appended to a dict": (b"}Na", "adds to something that is no list"),
    "marks in marks": (b"(" * 2000, "more than 1000 lists"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_anything_else_is_refused(kind, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    body, message = HOSTILE[kind]
    with pytest.raises(ValueError, match=message):
        read(program(body))
    assert called == [] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_objects_of_other_programs(protocol):
    for value in (Stateful(), np.float64(1), print, io.BytesIO, slice(1)):
        with pytest.raises(ValueError, match="its pickle has|asks to run"):
            read(pickle.dumps(value, protocol))
    assert called == []


def test_names_that_nobody_means_harm_with():
    """They are refused all the same, in words that frighten nobody."""
    milder = dataclasses.replace(MEANINGS, harmless=re.compile(r"builtins\.(set|slice)"))
    for value, message in (
        ({1, 2}, "it names builtins.set, which this reader does not know. Load it with PyTorch"),
        (io.BytesIO, "asks to run _io.BytesIO"),
    ):
        with pytest.raises(ValueError, match=message):
            plain_data(io.BytesIO(pickle.dumps(value, 3)), milder)


def test_a_state_is_not_given_to_anyone():
    """A record of options is read as an empty dict, also if its state names a method."""
    state = b"}" + text("__setstate__") + name("torch", "FloatStorage") + b"s"
    assert read(program(name("argparse", "Namespace") + b")\x81" + state + b"b")) == {}


def test_nesting_costs_nothing():
    """A hundred thousand tuples in each other, and a list in itself, are no danger."""
    read(program(b")" + b"\x85" * 100_000))
    own = read(program(b"]q\x00h\x00a"))
    assert own[0] is own


def test_too_many_instructions():
    with pytest.raises(ValueError, match="more than 1000000 instructions"):
        read(program(b"\x80\x02" * MOST_INSTRUCTIONS))


def test_cut_anywhere():
    content = pickle.dumps(collections.OrderedDict(a=[1, (2.5, "text")], b=None), 2)
    for end in range(len(content)):
        with pytest.raises(ValueError, match=r".") as error:
            read(content[:end])
        assert type(error.value).__name__ in ("ValueError", "UnicodeDecodeError")
