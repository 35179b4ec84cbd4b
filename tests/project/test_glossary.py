"""The glossary: sorted, with anchors that work, and linked where a notebook first uses a word.

A word in bold inside a sentence is a new term (emphasis is in italics). Bold words that lead a
paragraph, a list item or a cell of a table are labels, as are those that end with . : or ?
"""

import json
import re

import pytest
from helpers import ROOT

FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("[0-9]*.ipynb"))
TEXT = (FOLDER / "glossary.md").read_text(encoding="utf-8")
ENTRY = re.compile(r'^### <a id="([\w-]+)"></a>(.+)\n(.+)$', re.M)
# Words with a common meaning besides that of the course: their first use may be the common one, so
# a person finds where they have to be linked.
EVERYDAY = {
    *("image", "pixel", "box", "mask", "coins", "photos", "nuclei", "step", "scale", "padding"),
    *("instance", "weight", "cell", "depth", "positive", "folding", "mrcnn-heads", "paste"),
}
BOLD = re.compile(r"\*\*([^*]+?)\*\*")
LINK = re.compile(r"\[([^\[\]]+)\]\(glossary\.md#([\w-]+)\)")
LABEL = re.compile(r"(?:^|\n\n|\n *(?:[-*]|\d+\.) |\| )$")  # what stands before one
UNREAD = (  # what readers do not take for running text: code, formulas, headings, other links, tags
    r"(?ms)^## Further reading.*",
    r"(?s)```.*?```",
    r"`[^`]*`",
    r"(?s)\$\$.+?\$\$|\$[^$]+\$",
    r"(?m)^#+ .*$",
    r"\[[^\[\]]*\]\((?!glossary)[^)]*\)",
    r"<[^>\n]+>",
    r"(?m)^\| \d\d\.\d .*$",  # titles of exercises
)


def glossary():
    """Every name of an entry in small letters, also those in bold in its text -> its anchor."""
    found = {}
    for anchor, head, body in ENTRY.findall(TEXT):
        found.update({name.lower(): anchor for name in (head, *BOLD.findall(body))})
    return found


NAMES = glossary()
LONGEST_FIRST = sorted(NAMES, key=len, reverse=True)


def form(name):
    """A pattern for a name as texts have it: one or several, over two lines, hyphen or space."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    return words.replace(r"\-", r"[-\s]") + "(?:e?s)?"


USE = re.compile(
    rf"(?i)(?<![\w-])(?:{'|'.join(f'({form(name)})' for name in LONGEST_FIRST)})(?![\w-])"
)


def blanked(pattern, text):
    """The text with what matches made blank: all other places stay where they are."""
    return re.sub(pattern, lambda found: re.sub(r"[^\n]", "\0", found[0]), text)


def explained(text):
    """(place, anchor) of all links to the glossary, and of its words in bold."""
    links = [(found.start(), found[2]) for found in LINK.finditer(text)]
    return links + [
        (bold.start(), NAMES[name])
        for bold in BOLD.finditer(text)
        for name in LONGEST_FIRST
        if re.fullmatch(form(name), bold[1].rstrip(".:?").lower())
    ]


def used(text):
    """(place, anchor) of all words of the glossary in the running text."""
    for pattern in UNREAD:
        text = blanked(pattern, text)
    text = blanked(r"(?<=\])\(glossary[^)]*\)", text)
    return [(at.start(), NAMES[LONGEST_FIRST[at.lastindex - 1]]) for at in USE.finditer(text)]


def unexplained(texts):
    """Anchors of words that are used before they are linked or in bold; one text per cell."""
    known, late = set(), []
    for text in texts:
        sections = re.split(r"(?m)(?=^## )", text)
        for part in sections:
            here = explained(part)
            for place, anchor in sorted(used(part)):
                # A link and two stars begin before their word.
                known |= {found for start, found in here if start < place}
                if anchor not in known:
                    late.append(anchor)
                known.add(anchor)
            known |= {found for _, found in here}
    return late


def new_terms(text):
    """What stands in bold inside a sentence."""
    text = blanked(r"`[^`]*`", text)
    inside = [bold for bold in BOLD.finditer(text) if not LABEL.search(text[: bold.start()])]
    return [" ".join(bold[1].split()) for bold in inside if bold[1][-1] not in ".:?"]


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def texts(request):
    cells = json.loads(request.param.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def all_texts():
    for path in PATHS:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield "".join(cell["source"])


def test_entries_are_sorted_and_short():
    heads = [head for _, head, _ in ENTRY.findall(TEXT)]
    assert len(heads) == TEXT.count("\n### ") >= 80
    assert heads == sorted(heads, key=lambda head: head.lower().replace("_", " "))
    for _, head, body in ENTRY.findall(TEXT):
        plain = re.sub(r"et al\.|\d\.\d|`[^`]*`", "", body)
        assert plain.endswith(".") and len(re.findall(r"\.(?= |$)", plain)) <= 2, head


def test_anchors_are_those_that_github_makes_of_the_headings():
    # JupyterLab finds only the written ones: of "RPN" it would make #RPN, not #rpn.
    for anchor, head, _ in ENTRY.findall(TEXT):
        assert anchor == re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")


def test_the_list_by_topic_has_each_word_once():
    listed = re.findall(r"\]\(#([\w-]+)\)", TEXT)
    assert sorted(listed) == sorted(anchor for anchor, _, _ in ENTRY.findall(TEXT))


def test_every_word_is_used_and_every_everyday_word_is_explained_somewhere():
    places = [(used(text), explained(text)) for text in all_texts()]
    anchors = set(NAMES.values())
    assert anchors - {anchor for uses, _ in places for _, anchor in uses} == set()
    assert anchors - {anchor for _, here in places for _, anchor in here} == set()
    assert anchors > EVERYDAY


def test_every_new_term_is_in_the_glossary(texts):
    terms = [term for text in texts for term in new_terms(LINK.sub(r"\1", text))]
    unknown = [
        term for term in terms if not any(re.fullmatch(form(name), term.lower()) for name in NAMES)
    ]
    assert unknown == []


def test_words_are_linked_or_explained_at_their_first_use(texts):
    assert [anchor for anchor in unexplained(texts) if anchor not in EVERYDAY] == []


def test_links_find_their_word_and_stand_once(texts):
    linked = [anchor for text in texts for _, anchor in LINK.findall(text)]
    assert set(linked) <= set(NAMES.values())
    assert [anchor for anchor in set(linked) if linked.count(anchor) > 1] == []


def test_what_counts_as_a_use():
    assert unexplained(["An anchor is"]) == ["anchor"]
    assert unexplained(["[Anchors](glossary.md#anchor), and an anchor", "The RPN"]) == ["rpn"]
    assert unexplained(["**frozen batch\nnorms** and **batch norm**"]) == []
    assert unexplained(["# The RPN\n\n`rpn` $RPN$ [RPN](03_rpn.ipynb) sub-anchor"]) == []
    assert unexplained(["- **Anchors:** x", "of an anchor"]) == []
    assert unexplained(["an anchor, later [anchor](glossary.md#anchor)"]) == ["anchor"]
    labels = "**Label** of **this term**, **not.**\n- **label**\n| **label** | `**c**`"
    assert new_terms(labels) == ["this term"]
