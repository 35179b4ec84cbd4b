"""The diagrams: stored files are what the script writes; notebooks show them with alternatives."""

import runpy
import sys
from xml.etree import ElementTree

import IPython.display
import pytest
from helpers import ROOT

from maskrcnn_explained.viz import diagrams

sys.path.insert(0, str(ROOT / "scripts"))  # where the script finds its drawings
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "make_diagrams.py"))
PAPER = runpy.run_path(str(ROOT / "scripts" / "diagrams" / "svg.py"))["PAPER"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def displayed(monkeypatch):
    """What a notebook would be given: a list of (data, metadata)."""
    outputs = []
    monkeypatch.setattr(
        IPython.display, "display", lambda data, metadata, raw: outputs.append((data, metadata))
    )
    return outputs


def test_the_script_draws_every_diagram():
    assert tuple(SCRIPT["DIAGRAMS"]) == diagrams.DIAGRAMS


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_stored_file_is_what_the_script_writes(name):
    stored = (ROOT / "assets" / f"{name}.svg").read_text(encoding="utf-8")
    assert stored == SCRIPT["DIAGRAMS"][name](), "run python scripts/make_diagrams.py"


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_svg_is_plain_and_described(name):
    root = ElementTree.fromstring(diagrams.read_diagram(name))
    allowed = {"svg", "title", "desc", "rect", "text", "polyline", "polygon", "path", "line"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not any("href" in key for element in root.iter() for key in element.attrib)
    assert root.find(f"{SVG}title").text and len(root.find(f"{SVG}desc").text) > 100


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_an_opaque_light_panel_lies_behind_everything(name):
    root = ElementTree.fromstring(diagrams.read_diagram(name))
    panel = next(root.iter(f"{SVG}rect"))
    assert panel.get("fill") == PAPER
    assert float(panel.get("width")) >= float(root.get("width")) - 2
    assert float(panel.get("height")) >= float(root.get("height")) - 2


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_show_diagram_carries_its_text_alternative(displayed, name):
    diagrams.show_diagram(name, alt="A drawing of it.")
    diagrams.show_diagram(name)
    (data, metadata), (_, described) = displayed
    assert data["image/svg+xml"].startswith("<svg")
    assert data["text/plain"] == "Figure: A drawing of it."
    assert metadata == {"image/svg+xml": {"alt": "A drawing of it."}}
    assert len(described["image/svg+xml"]["alt"]) > 100


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_shown_without_fixed_size(displayed, name):
    diagrams.show_diagram(name)
    root = ElementTree.fromstring(displayed[0][0]["image/svg+xml"])
    stored = ElementTree.fromstring(diagrams.read_diagram(name))
    assert "width" not in root.attrib and "height" not in root.attrib
    assert root.get("viewBox") == stored.get("viewBox")
    assert f"max-width:{stored.get('width')}px" in root.get("style")


def test_an_svg_without_size_cannot_be_made_shrinkable():
    with pytest.raises(ValueError, match="needs width, height and viewBox; its root is '<svg>'"):
        diagrams.shrinkable("<svg></svg>")


@pytest.mark.parametrize("stage", diagrams.DATA_FLOW)
def test_data_flow_lights_its_stage(displayed, stage):
    diagrams.show_data_flow(stage)
    [(data, metadata)] = displayed
    assert data["image/png"]
    assert f"The stage {stage} is lit" in metadata["image/png"]["alt"]


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="No diagram is called 'fpm'; there are: data_flow, fpn"):
        diagrams.show_diagram("fpm")
    with pytest.raises(ValueError, match="No stage is called 'head'; there are: image, backbone"):
        diagrams.show_data_flow("head")


def test_a_missing_file_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(diagrams, "assets_folder", lambda: tmp_path)
    with pytest.raises(FileNotFoundError, match="no diagram at .*fpn.svg; is the checkout"):
        diagrams.read_diagram("fpn")
