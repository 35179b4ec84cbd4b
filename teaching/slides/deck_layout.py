"""Says of each slide what kind it is and where its figure stands; course.css draws it so."""

import pathlib
import re

from docutils import nodes
from picture_part import give_size, share_shown
from PIL import Image
from sphinx_revealjs.nodes import revealjs_section

# The words before the colon of a headline: they stand small above it, and name the kind.
KINDS = {
    "Predict first": "predict",
    "Answer": "answer",
    "By hand": "hand",
    "Common confusion": "confusion",
    "Exercise now": "exercise",
    "Summary": "summary",
    "Next": "next",
}
# Kinds whose colour fills the whole screen; course.css says which it is.
FILLED = {"predict": "var(--predict)", "exercise": "var(--exercise)"}
# Of course.css, in pixels: the room below a headline of one line, and beside the text.
WIDE, HIGH, BESIDE = 1152, 565, 740
# A headline's second line, and the words above it; a line of text, and the gap below it.
HEADLINE, KIND, LINE, GAP = 44, 36, 39, 16


def lay_out(app, doctree, docname):
    """Give each slide of a deck its kind, small words above its headline, and a layout."""
    folder = pathlib.Path(app.srcdir)
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, nodes.literal_block | nodes.literal):
            text.parent.replace(text, nodes.Text(keep_together(text)))
    for section in list(doctree.findall(nodes.section)):
        title = next(section.findall(nodes.title))
        marks = revealjs_section()
        marks["data-kind"] = "title" if section.parent is doctree else split_headline(title)
        if marks["data-kind"] in FILLED:
            marks["data-background-color"] = FILLED[marks["data-kind"]]
        shown = [child for child in section if stands_below_headline(child)]
        rest = [child for child in section if child not in [title, *shown]]
        section[:] = [title, marks, body_of(shown, folder, high_below(title)), *rest]


def keep_together(text: str) -> str:
    """The text with sizes such as 7 x 7, and boxes such as (0, 1, 2, 3), each on one line."""
    text = re.sub(r"(?<=\d) x (?=\d)", "\u00a0x\u00a0", text)
    return re.sub(r"\([-−\d., ]+\)", lambda match: match[0].replace(" ", "\u00a0"), text)


def split_headline(title: nodes.title) -> str:
    """Set the words before the colon apart, and return the kind that they name, or "claim"."""
    words, colon, rest = title.astext().partition(": ")
    if not colon or words not in KINDS:
        return "claim"
    first = title.children[0]
    title[0] = nodes.Text(str(first).partition(": ")[2])
    title.insert(0, nodes.inline("", words, classes=["kind"]))
    return KINDS[words]


def stands_below_headline(node: nodes.Node) -> bool:
    """Whether a part of a section is shown on its slide, below the headline."""
    return not isinstance(node, nodes.section | nodes.title) and not is_notes(node)


def is_notes(node: nodes.Node) -> bool:
    """Whether this is what the speaker reads."""
    return type(node).__name__ == "revealjs_notes"


def is_figure(node: nodes.Node) -> bool:
    """Whether this is a paragraph with nothing but one picture."""
    return isinstance(node, nodes.paragraph) and isinstance(node[0], nodes.image)


def high_below(title: nodes.title) -> float:
    """About how much room a headline leaves, in pixels; a line of it has about 50 letters."""
    words = title.astext()
    kinds = [word for word in KINDS if words.startswith(word)]
    letters = len(words) - sum(map(len, kinds))
    return HIGH - KIND * len(kinds) - HEADLINE * (letters // 50)


def high_of_words(words: list[nodes.Node]) -> float:
    """About how much room texts take below a figure; a line has about 64 letters."""
    lines = [1 + len(p.astext()) // 64 for word in words for p in word.findall(nodes.paragraph)]
    return sum(LINE * count + GAP for count in lines)


def body_of(shown: list[nodes.Node], folder: pathlib.Path, high: float) -> nodes.container:
    """All below the headline: text alone, or a figure with text below it, or "side", beside it.

    Of the last two, the one in which the figure is larger. A table never stands beside.
    """
    figures = [child for child in shown if is_figure(child)]
    words = [child for child in shown if child not in figures]
    if not figures:
        return nodes.container("", *words, classes=["body", "text"])
    width, height = shape_of(folder, figures[0])
    below = min(WIDE / width, (high - high_of_words(words)) / height)
    side = min(BESIDE / width, high / height)
    stands_below = not words or side <= below or any(isinstance(w, nodes.table) for w in words)
    scale = below if stands_below else side
    # As wide as can be, or as high: so its frame fits it.
    if scale in (WIDE / width, BESIDE / width):
        figures[0][0]["classes"].append("by-width")
    give_size(figures[0][0], width * scale, height * scale)
    if stands_below:
        return nodes.container("", *shown, classes=["body", "below"])
    text = nodes.container("", *words, classes=["words"])
    parts = [text, *figures] if shown[0] is words[0] else [*figures, text]
    return nodes.container("", *parts, classes=["body", "side"])


def shape_of(folder: pathlib.Path, figure: nodes.paragraph) -> tuple[float, float]:
    """Width and height of what is shown of a picture: pixels, or units of a drawing."""
    width, height = full_shape(folder / figure[0]["uri"])
    return width, height * share_shown(figure[0])


def full_shape(path: pathlib.Path) -> tuple[float, float]:
    """Width and height of a picture."""
    if path.suffix == ".svg":
        box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', path.read_text(encoding="utf-8"))
        return float(box[1]), float(box[2])
    with Image.open(path) as picture:
        return picture.size
