"""What the tests of wrong arguments use: good arguments, and the names that must have a row."""

import importlib
import json
import pathlib
import types

from helpers import random_image, squares
from picture_files import png
from torch_files import saved
from torchvision_run import TINY_TORCHVISION, tiny_state_dict

import maskrcnn_explained as mrx
from maskrcnn_explained.model import build

NAMES = ["background", "disk", "rectangle", "triangle", "star"]
IMAGE = random_image(64, 64)
SAMPLES = [squares(2, seed=seed) for seed in range(2)]


def things_in(folder, model):
    """What rows ask for by name: models, results, files."""
    mrx.save_coco(SAMPLES, folder / "coco", NAMES)
    mrx.save_weights(model, folder / "w.h5")
    (folder / "w.pth").write_bytes(saved(tiny_state_dict()))
    found = model.detect(IMAGE, 0.0)
    found.save(folder / "found.json")
    shape = dict(label="leaf", points=[[1, 1], [20, 1], [20, 20]], shape_type="polygon")
    labelme = dict(version="5", shapes=[shape], imagePath="a.png", imageHeight=40, imageWidth=60)
    rect = dict(name="rect", x=5, y=5, width=9, height=9)
    region = dict(shape_attributes=rect, region_attributes=dict(kind="leaf"))
    (folder / "labelme.json").write_text(json.dumps(labelme))
    (folder / "via.json").write_text(json.dumps({"a": dict(filename="a.png", regions=[region])}))
    for name in ("a.png", "masks/images/a.png", "masks/labels/a.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        rows = b"".join(b"\0" + bytes([row // 20] * 60) for row in range(40))
        (folder / name).write_bytes(png(60, 40, 8, 0, rows))
    return types.SimpleNamespace(
        folder=folder,
        model=model,
        student=build(model.config),
        torchvision=build("coco-torchvision", **TINY_TORCHVISION, batch_norm_epsilon=1e-5),
        found=found,
        trace=mrx.trace(model, IMAGE, 0.0),
        truth=[mrx.evaluation.truth_records(sample) for sample in SAMPLES],
        results=[mrx.evaluation.found_records(model.detect(s.image, 0.0)) for s in SAMPLES],
        png=folder / "coco" / "images" / "000000.png",
    )


def new_each_time(make):
    """Of what makes a folder: where a good path is given, a new name per call."""

    def call(**arguments):
        path = arguments["folder"]
        if isinstance(path, pathlib.Path) and path.name == "new":
            number = len(list(path.parent.glob("new*")))
            arguments["folder"] = path.with_name(f"new{number}")
        return make(**arguments)

    return call


def listed(package="") -> set[str]:
    """The functions and classes in a package's list of names, as "package.name"."""
    module = importlib.import_module(f"maskrcnn_explained{package and '.' + package}")
    kinds = (types.FunctionType, type)
    names = {name for name in module.__all__ if isinstance(getattr(module, name), kinds)}
    return {f"{package}.{name}".strip(".") for name in names}
