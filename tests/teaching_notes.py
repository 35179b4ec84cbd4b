"""The instructor's notes, taken apart for their tests."""

import json
import re

from helpers import ROOT
from question_answers import note, section

NOTEBOOKS = ROOT / "notebooks"
MORE = " (more)"  # how the heading of a section beyond the core path ends


def stem(number: str) -> str:
    """The name of a notebook without its ending: "03" -> "03_rpn"."""
    [path] = NOTEBOOKS.glob(f"{number}_*.ipynb")
    return path.stem


def cells(number: str) -> list[dict]:
    """The cells of a notebook."""
    text = (NOTEBOOKS / f"{stem(number)}.ipynb").read_text(encoding="utf-8")
    return json.loads(text)["cells"]


def headings(number: str) -> list[tuple[int, str]]:
    """All headings of a notebook, each with its depth, in order."""
    found = []
    for cell in cells(number):
        if cell["cell_type"] == "markdown":
            text = re.sub(r"```.*?```", "", "".join(cell["source"]), flags=re.DOTALL)
            found += re.findall(r"^(#{1,3}) (.+)$", text, re.M)
    return [(len(marks), title) for marks, title in found]


def fragment(heading: str) -> str:
    """What stands behind the # of a link to a heading of a notebook."""
    dashed = heading.replace(" ", "-")
    return "".join(f"%{ord(sign):02X}" if sign in '()"%' else sign for sign in dashed)


def core_path(number: str) -> tuple[str, set[int], int]:
    """What a notebook says of its core path: the words, the section numbers, the minutes."""
    text = "".join("".join(cell["source"]) + "\n" for cell in cells(number)[:8])
    said, minutes = re.search(
        r"\*\*Core path:\*\* (.*?)\(about (\d+) minutes\)", " ".join(text.split())
    ).groups()
    lists = " ".join(re.findall(r"sections? ((?:\d+(?:, | and | to )?)+)", said))
    numbers = {int(one) for one in re.findall(r"\d+", lists)}
    for first, last in re.findall(r"(\d+) to (\d+)", lists):
        numbers |= set(range(int(first), int(last) + 1))
    return said, numbers, int(minutes)


def timed(number: str) -> list[tuple[str, bool]]:
    """The sections of a notebook that a note gives minutes to, and whether each is core."""
    said, core, _ = core_path(number)
    first_confusion = "first of the common confusions" in said
    rows, confusions, at_the_end = [], [], False
    for depth, title in headings(number):
        own_number = re.match(r"(\d+) · ", title)
        at_the_end = title == "Common confusions" if depth == 2 else at_the_end
        if depth == 1:
            rows.append((title, True))
        elif depth == 2 and own_number:
            rows.append((title, int(own_number[1]) in core and not title.endswith(MORE)))
        elif depth == 3 and at_the_end:
            confusions.append((title, first_confusion and not confusions))
        elif depth == 3 and title.endswith(MORE):
            rows.append((title, False))
    return rows + (confusions or [("Common confusions", False)])


def minutes(number: str) -> list[dict]:
    """The rows of the table of minutes of a note."""
    table = section(note(number), "Minutes").partition("|---|---|---|---|---|\n")[2]
    rows = []
    for line in table.strip().splitlines():
        link, time, path, skip_to, why = (part.strip() for part in line[1:-1].split(" | "))
        title, target = re.fullmatch(r"\[(.+)\]\((.+)\)", link).groups()
        row = {"title": title, "target": target, "minutes": int(time), "path": path}
        rows.append(row | {"skip_to": skip_to, "why": why})
    return rows


def parts(number: str, title: str) -> list[tuple[str, dict[str, str], str]]:
    """What stands under each ### of a section: its heading, its points by name, all of it."""
    pieces = re.split(r"^### \d+\. (.+)$", section(note(number), title), flags=re.M)[1:]
    found = []
    for heading, text in zip(pieces[::2], pieces[1::2], strict=True):
        points = re.findall(r"^- \*\*(.+?):\*\* (.+?)(?=^- \*\*|\Z)", text, re.M | re.DOTALL)
        found.append((heading, {name: " ".join(said.split()) for name, said in points}, text))
    return found


def code_under(number: str, heading: str) -> list[str]:
    """The code cells of a notebook below a heading, up to the next one that is not deeper."""
    code, inside, depth = [], False, 0
    for cell in cells(number):
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            code += [text] if inside else []
            continue
        for marks, title in re.findall(r"^(#{1,3}) (.+)$", text, re.M):
            if title == heading:
                inside, depth = True, len(marks)
            elif depth == 1 or len(marks) <= depth:  # the opening ends where section 1 begins
                inside = False
    return code


def all_that_is_said(number: str) -> str:
    """The text, the code and the text outputs of a notebook."""
    texts = []
    for cell in cells(number):
        texts.append("".join(cell["source"]))
        for output in cell.get("outputs", []):
            texts.append("".join(output.get("text", [])))
            texts.append("".join(output.get("data", {}).get("text/plain", [])))
    return "\n".join(texts)
