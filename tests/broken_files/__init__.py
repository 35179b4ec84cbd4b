"""200 broken files, made by a script and always the same: images, annotation files, weights files.

Each module of this folder has a table KINDS: the name of a kind -> (what must come of its files, a
function that makes them). The function takes a random generator and returns name -> content:
bytes, or a function that makes something else at a path, such as a folder or a link.

    write(images.KINDS, "cut", folder)  # {path: "read", "refused" or "either"}
"""

import random
import zlib

OUTCOMES = ("read", "refused", "either")


def write(kinds, kind, folder) -> dict:
    """Make the files of one kind in a folder. Returns path -> what must come of it."""
    outcome, make = kinds[kind]
    assert outcome in OUTCOMES
    paths = {}
    for name, content in make(random.Random(zlib.crc32(kind.encode()))).items():
        path = folder / name
        if callable(content):
            content(path)
        else:
            path.write_bytes(content)
        paths[path] = outcome
    return paths


def number_of_files(kinds) -> int:
    """How many files a table makes."""
    return sum(len(make(random.Random(0))) for _, make in kinds.values())


def cut(content, part) -> bytes:
    """The beginning of a file: a number of bytes, from the end if negative, or a share."""
    return content[: int(part * len(content)) if isinstance(part, float) else part]


def flipped(content, generator, number=8, first=0) -> bytes:
    """A copy in which some bits are flipped, none before the byte `first`."""
    changed = bytearray(content)
    for _ in range(number):
        changed[generator.randrange(first, len(changed))] ^= 1 << generator.randrange(8)
    return bytes(changed)


# Trying them


def outcome(function, path) -> str:
    """ "read" or "refused"; another error than a clear one is raised."""
    try:
        function(path)
    except (ValueError, OSError) as error:
        if isinstance(error, UnicodeError):
            raise
        named = str(path) in str(error) or path.name in str(error)
        assert named, f"{path} is not named by {type(error).__name__}: {error}"
        return "refused"
    return "read"


def contents(folder) -> dict:
    """All that is in a folder: path -> bytes, where a link leads, or what it is."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[path] = path.readlink()
        else:
            found[path] = path.read_bytes() if path.is_file() else path.stat().st_mode
    return found


def check_command(code, err, command) -> None:
    """A command that did its work, or said in one line why not (several for a list of problems)."""
    assert code in (0, 1, 2) and "not foreseen" not in err and "Traceback" not in err, err
    said = [line for line in err.splitlines() if "warning: " not in line]
    if code == 0:
        assert said == [], err
    else:
        assert said[0].startswith(f"maskrcnn-explained {command}: error: "), err
        assert len(said) == 1 or "problem" in said[0], err
