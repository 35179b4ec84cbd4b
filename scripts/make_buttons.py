"""Write the buttons that open a notebook on Colab or Binder, from the one address of the project.

    python scripts/make_buttons.py

Run it after a change of `[project.urls] Repository` in pyproject.toml. It writes the last line of
each notebook's opening cell, what its first code cell does on Colab (elsewhere that does nothing),
and the block in the README. No cell runs. Notebooks have plain links: a picture would be missing
wherever a notebook is opened alone.
"""

from __future__ import annotations

import os
import pathlib
import re
import tomllib

import nbformat

ROOT = pathlib.Path(__file__).parent.parent
BRANCH = "main"
HOSTS = {"colab": "Open in Colab", "binder": "Open on Binder"}
COLOURS = {"colab": "#9A3412", "binder": "#1F5C5C"}
FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
LINE = re.compile(r"\n\n\[Open in Colab\]\([^)]*\) · \[Open on Binder\]\([^)]*\)$")
BEGIN = "<!-- made by scripts/make_buttons.py -->\n"
END = "<!-- end of what scripts/make_buttons.py made -->\n"
# jupyterquiz shows the quizzes; the extra `lab`, which brings it, would replace parts of Colab.
INSTALL = """\
import sys

if "google.colab" in sys.modules:  # on Colab only: install the course
    needed = "jupyterquiz git+{address}"
    get_ipython().system(f"pip install -q {{needed}}")

"""
INSTALLED = re.compile(re.escape(INSTALL.partition("{address}")[0]) + r"[^\n]*\n[^\n]*\n\n")


def address() -> str:
    """The address of the repository, from pyproject.toml.

    Raises:
        ValueError: it is not on GitHub, from which both hosts read here.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = project["urls"]["Repository"]
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", found):
        raise ValueError(f"[project.urls] Repository must be https://github.com/.../..: {found!r}")
    return found


def link(host: str, path: str) -> str:
    """Where a host opens a notebook. host: one of HOSTS; path: of the notebook, below the root."""
    name = address().removeprefix("https://github.com/")
    if host == "colab":
        return f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{path}"
    return f"https://mybinder.org/v2/gh/{name}/{BRANCH}?labpath={path}"


def with_line(text: str, path: str) -> str:
    """The opening text of a notebook, with its links as the last line."""
    links = [f"[{words}]({link(host, path)})" for host, words in HOSTS.items()]
    return LINE.sub("", text) + "\n\n" + " · ".join(links)


def with_install(code: str) -> str:
    """The first code cell of a notebook, with what it does on Colab before all else."""
    return INSTALL.format(address=address()) + INSTALLED.sub("", code)


def write_buttons(notebook: nbformat.NotebookNode, path: str) -> None:
    """Change the two first cells of a notebook; path: below the root, for the links."""
    opening = next(cell for cell in notebook.cells if cell.cell_type == "markdown")
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    opening.source = with_line(opening.source, path)
    first.source = with_install(first.source)


def button(host: str) -> str:
    """The SVG of a button."""
    words = HOSTS[host]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="150" height="28" viewBox="0 0 150 28" '
        f'role="img" aria-label="{words}"><rect width="150" height="28" rx="6" '
        f'fill="{COLOURS[host]}"/><text x="75" y="19" fill="#FFFFFF" font-family="{FONT}" '
        f'font-size="14" font-weight="600" text-anchor="middle">{words}</text></svg>\n'
    )


def readme_block() -> str:
    """Both buttons, for the first notebook."""
    path = "notebooks/00_the_whole_picture.ipynb"
    pictures = [
        f"[![{words}](assets/buttons/{host}.svg)]({link(host, path)})"
        for host, words in HOSTS.items()
    ]
    return BEGIN + "\n".join(pictures) + "\n" + END


def with_block(readme: str) -> str:
    """The README with the block as it should be; it stands there already.

    Raises:
        ValueError: the two lines around it are missing.
    """
    if BEGIN not in readme or END not in readme:
        raise ValueError(f"The README needs the lines {BEGIN!r} and {END!r} around the buttons.")
    before, after = readme.partition(BEGIN)[0], readme.partition(END)[2]
    return before + readme_block() + after


def main() -> None:
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        write_buttons(notebook, path.relative_to(ROOT).as_posix())
        temporary = path.with_suffix(".part")
        nbformat.write(notebook, temporary)
        os.replace(temporary, path)
    for host in HOSTS:
        (ROOT / "assets" / "buttons" / f"{host}.svg").write_text(button(host), encoding="utf-8")
    readme = ROOT / "README.md"
    readme.write_text(with_block(readme.read_text(encoding="utf-8")), encoding="utf-8")
    print("The buttons are those of", address())


if __name__ == "__main__":
    main()
