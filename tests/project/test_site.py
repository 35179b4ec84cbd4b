"""What is made for the site before Sphinx: links, the reference, tables, decks, explorers."""

import json
import re
import sys
import types

import pytest
import yaml
from helpers import ROOT

SCRIPTS = ROOT / "scripts"
ADDRESS = "https://example.org/them/course"


@pytest.fixture(scope="module")
def parts():
    """The modules of scripts/site_pages, by name."""
    import importlib

    sys.path.insert(0, str(SCRIPTS))
    try:
        names = ("api", "collected", "decks", "docstrings", "explorers", "links", "made_pages")
        found = {name: importlib.import_module(f"site_pages.{name}") for name in (*names, "start")}
        yield types.SimpleNamespace(**found)
    finally:
        sys.path.remove(str(SCRIPTS))


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("[a](03_rpn.ipynb)", "[a](03_rpn.ipynb)"),
        ("[a](#2-·-Two-tools,-by-hand)", "[a](#2--two-tools-by-hand)"),
        ("[a](03_rpn.ipynb#Non-maximum-(more))", "[a](03_rpn.ipynb#non-maximum-more)"),
        ("[a](glossary.md#r-cnn)", "[a](glossary.md#r-cnn)"),
        ("[`a.py`](../Makefile)", f"[`a.py`]({ADDRESS}/blob/main/Makefile)"),
        ("[a](../maskrcnn_explained)", f"[a]({ADDRESS}/tree/main/maskrcnn_explained)"),
        ("[a](../README.md#start)", f"[a]({ADDRESS}/blob/main/README.md#start)"),
        ("[a](../teaching/slides/03_rpn.md)", "[a](site:../slides/03_rpn.html)"),
        ("two\n[words\nhere](#A-b)", "two\n[words\nhere](#a-b)"),
        ("`[a](#No-link)`", "`[a](#No-link)`"),
        ("```\n[a](#No-link)\n```", "```\n[a](#No-link)\n```"),
        ("[a](https://example.com/#B-C)", "[a](https://example.com/#B-C)"),
        ("[![Open](https://a.org/b.svg)](https://a.org/c)", "[Open](https://a.org/c)"),
    ],
)
def test_links_become_links_of_the_site(parts, link, wanted):
    collected = {"notebooks/03_rpn.ipynb", "notebooks/glossary.md"}
    turner = parts.links.Turner("notebooks/02_fpn.ipynb", collected, ADDRESS)
    assert turner.turn(link) == wanted


def test_a_link_to_nothing_is_an_error(parts):
    turner = parts.links.Turner("notebooks/02_fpn.ipynb", set(), ADDRESS)
    with pytest.raises(ValueError, match="02_fpn.ipynb: the link ../gone.py leads to nothing"):
        turner.turn("[a](../gone.py)")


def test_docstrings_become_markdown(parts):
    text = "Say [B, A] * 2.\n\nArgs:\n    boxes: [N, 4], `y1`\n        and so: on.\n\nRaises `E`."
    assert parts.docstrings.as_markdown(text) == (
        "Say \\[B, A\\] \\* 2.\n\n**Args**\n\n"
        "- `boxes`: \\[N, 4\\], `y1`\n  and so: on.\n\nRaises `E`."
    )
    assert parts.docstrings.first_sentence("One. Two.") == "One."


def test_a_list_in_a_docstring_is_a_list(parts):
    text = 'Two:\n\n* "a": one * two,\n  and more;\n* `b`.'
    wanted = 'Two:\n\n- "a": one \\* two,\n  and more;\n- `b`.'
    assert parts.docstrings.as_markdown(text) == wanted


def test_the_reference_has_every_public_name(parts):
    import maskrcnn_explained as mrx

    pages = parts.api.pages()
    for name in mrx.__all__:
        if isinstance(getattr(mrx, name), types.ModuleType):
            names = parts.api.names_of(name)
            page = pages.get(f"{name}.md", "")
            assert all(f"## {one.tree.name}\n" in page for one in names), name
            assert f"[mrx.{name}]" in page or f"# mrx.{name}" in page or not names
        elif not name.startswith("_"):
            assert re.search(rf"\{{py:\w+\}} mrx\.{name}\b", pages["mrx.md"]), name
    shown = re.findall(r"\{py:(?:class|function)\} (mrx\.[\w.]+)", "".join(pages.values()))
    assert len(shown) == len(set(shown)) > 300


def test_every_exercise_and_quiz_and_deck_is_listed(parts):
    from maskrcnn_explained.course.exercises.registry import all_exercises

    exercises = parts.made_pages.exercises_page()
    for exercise in all_exercises():
        assert f"| [{exercise.key}](" in exercises
    quizzes, slides = parts.made_pages.quizzes_page(), parts.made_pages.slides_page()
    for name in parts.made_pages.titles():
        assert f"notebooks/{name}.ipynb#quiz" in quizzes and f'href="slides/{name}.html"' in slides


def test_theirs_and_ours_has_every_stage_and_setting(parts):
    from maskrcnn_explained.course.reference_settings import SETTINGS
    from maskrcnn_explained.course.side_by_side import STEPS

    page = parts.made_pages.theirs_page(set())
    assert all(f"The stage `{stage}`" in page for stage in STEPS)
    assert all(f"| `{theirs}` |" in page for theirs, _, _ in SETTINGS)
    assert "| `roi_pooling` |" in page  # the table of dialects


def test_the_start_page_moves_and_links_everything(parts):
    steps = [dict(file="photo", notebook="00_the_whole_picture", title="A < B", text="Seen.")]
    page = parts.start.start_page(steps)
    assert 'alt="A &lt; B. Seen."' in page and 'href="explorer.html"' in page
    assert page.count('class="card-of-notebook"') == 12
    for name, number in parts.made_pages.FIGURES.items():
        assert (ROOT / "notebooks" / "gallery" / f"{name}_{number:02}.webp").is_file()


def test_pictures_keep_their_text_and_get_the_small_file(parts):
    place = "notebooks/02_fpn.ipynb"
    notebook = json.loads((ROOT / place).read_text(encoding="utf-8"))
    found = parts.collected.pictures_of(place, notebook)
    assert len(found) >= 10 and all(one["alt"] for one in found.values())
    assert sum(one["smaller"].endswith(".webp") for one in found.values()) >= 9


def an_explorer(name, style=""):
    """A page of `explorer`, with little in it, for a model that ships."""
    from maskrcnn_explained.pages.explorer.document import Runtime, VisiblePage, explorer
    from maskrcnn_explained.pages.explorer.page_parts import page_facts
    from maskrcnn_explained.presets import get_config

    config = get_config(name)
    facts = page_facts(config)
    page = VisiblePage(body="<main></main>", style=style, script="start();", facts=facts)
    networks = dict(trunk=name.encode(), box_head=b"b", mask_head=b"m")
    others = [dict(title=f"{name}: </script>", href="explorer.html", here=True)]
    return explorer(config, networks, Runtime(b"ort", b"wasm"), [], page, others=others)


def test_explorers_become_one_page_that_loads_a_model(parts):
    pages = {f"{name}.html": an_explorer(name) for name in ("scenes", "nuclei")}
    files = parts.explorers.combined(pages)
    assert set(files) == {
        *("explorer.html", "explorer_runtime.js", "explorer_page.js"),
        *("explorer_scenes.js", "explorer_nuclei.js"),
    }
    page = files["explorer.html"]
    assert '{"name": "nuclei", "title": "nuclei: \\u003c/script>"' in page
    assert '<link rel="icon" href="data:,">' in page and "script-src 'self' file: " in page
    assert page.count("</script>") == 2  # the worker's, and its own
    assert '"wasm"' in files["explorer_runtime.js"] and "start();" in files["explorer_page.js"]
    for name in ("scenes", "nuclei"):
        own = files[f"explorer_{name}.js"]
        data = json.loads(re.search(r"const DATA=(.*);\n", own)[1])
        assert data["model"] == name and "others" not in data and '"trunk": "H4s' in own
        assert '"wasm"' not in own and "start();" not in own


def test_explorers_must_be_of_one_making(parts):
    pages = {"explorer.html": an_explorer("scenes"), "b.html": an_explorer("nuclei", "p {}")}
    with pytest.raises(ValueError, match=r"build/b\.html is older or newer .*make explorer"):
        parts.explorers.combined(pages)
    with pytest.raises(ValueError, match="no page of `make explorer`"):
        parts.explorers.combined({"explorer.html": "<p>"})


def test_the_explorer_links_headings_of_the_notebooks_of_the_site(parts):
    own = parts.explorers.combined({"explorer.html": an_explorer("scenes")})["explorer_scenes.js"]
    data = json.loads(re.search(r"const DATA=(.*);\n", own)[1])
    (place,) = data["facts"]["read_on"]["detections"]
    assert place["href"] == "notebooks/06_detection.html#3--suppress-one-winner-many-losers"
    script = ROOT / "maskrcnn_explained" / "pages" / "explorer" / "page" / "section.js"
    assert "facts.read_on[id].map(({ notebook, heading, href })" in script.read_text()


def test_files_of_explorers_that_are_gone_go(parts, tmp_path):
    site = tmp_path / "site"
    (tmp_path / "explorer.html").write_text(an_explorer("scenes"))
    (tmp_path / "explorer_nuclei.html").write_text(an_explorer("nuclei"))
    parts.explorers.add(tmp_path, site)
    assert (site / "explorer_nuclei.js").is_file()
    (tmp_path / "explorer_nuclei.html").unlink()
    parts.explorers.add(tmp_path, site)
    assert not (site / "explorer_nuclei.js").is_file() and (site / "explorer_scenes.js").is_file()
    (tmp_path / "explorer.html").unlink()
    parts.explorers.add(tmp_path, site)
    assert [path.name for path in site.iterdir()] == ["explorer.html"]
    assert "make explorer" in (site / "explorer.html").read_text()


def test_decks_show_the_pictures_of_the_site(parts, tmp_path):
    with pytest.raises(FileNotFoundError, match="make slides"):
        parts.decks.check(tmp_path)
    (tmp_path / "_images").mkdir()
    (tmp_path / "_images" / "a.webp").touch()
    page = '</head><img src="_images/a.webp"><img src="_images/b.svg">'
    assert parts.decks.shared_pictures(page, tmp_path) == (
        '<link rel="icon" href="../_static/favicon.svg"></head>'
        '<img src="../_images/a.webp"><img src="_images/b.svg">'
    )


def test_the_workflow_may_write_nothing_but_the_pages():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "pages.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["jobs"]["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert all(job["timeout-minutes"] <= 30 for job in workflow["jobs"].values())
    assert {"run": "make explorer site"} in workflow["jobs"]["build"]["steps"]
