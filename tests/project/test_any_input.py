"""Every name that `mrx.` offers, with wrong arguments: a result, or an error that says why.

One row per function: good arguments, of which one at a time is replaced (`wrong_arguments`).
"""

import numpy as np
import pytest
from good_arguments import IMAGE, NAMES, SAMPLES, listed, new_each_time, things_in
from wrong_arguments import try_all

import maskrcnn_explained as mrx


@pytest.fixture(scope="module")
def things(tiny, tmp_path_factory):
    return things_in(tmp_path_factory.mktemp("any_input"), tiny)


# name -> (function, good arguments) as a function of `things`
ROWS = {
    "Augmentation": lambda t: (mrx.Augmentation, dict(flip=0.5, crop=20, hue=0.1)),
    "CocoDataset": lambda t: (
        mrx.CocoDataset,
        dict(path=t.folder / "coco" / "annotations.json", images=t.folder / "coco" / "images")
        | dict(class_names=NAMES, crowds="ignore", boxes="problem", problems="stop"),
    ),
    "Config": lambda t: (mrx.Config, dict(detections=5, precision="float32", mean_pixel=(1, 2, 3))),
    "Config.from_dict": lambda t: (mrx.Config.from_dict, dict(values={"detections": 5})),
    "Detections": lambda t: (
        mrx.Detections,
        dict(boxes=t.found.boxes, class_ids=t.found.class_ids, class_names=t.found.class_names)
        | dict(scores=t.found.scores, masks=t.found.masks, mask_probs=t.found.mask_probs),
    ),
    "Detections.above": lambda t: (t.found.above, dict(min_score=0.5)),
    "Detections.kept": lambda t: (t.found.kept, dict(which=np.arange(2))),
    "Detections.to_coco": lambda t: (t.found.to_coco, dict(image_id=1)),
    "Detections.from_coco": lambda t: (
        mrx.Detections.from_coco,
        dict(records=t.found.to_coco(1), class_names=NAMES, image_size=(64, 64)),
    ),
    "Detections.save": lambda t: (t.found.save, dict(path=t.folder / "f.json", file_name="a")),
    "Detections.load": lambda t: (mrx.Detections.load, dict(path=t.folder / "found.json")),
    "InstanceMaskDataset": lambda t: (mrx.InstanceMaskDataset, dict(folder=t.folder / "masks")),
    "LabelmeDataset": lambda t: (mrx.LabelmeDataset, dict(path=t.folder / "labelme.json")),
    "ViaDataset": lambda t: (
        mrx.ViaDataset,
        dict(path=t.folder / "via.json", images=t.folder, attribute="kind"),
    ),
    "MaskRCNN": lambda t: (mrx.MaskRCNN, dict(config=t.model.config)),
    "MaskRCNN.detect": lambda t: (t.model.detect, dict(images=IMAGE, min_score=0.5, tile=False)),
    "MaskRCNN.detect_each": lambda t: (t.model.detect_each, dict(images=[IMAGE], min_score=0.5)),
    "MaskRCNN.tensors": lambda t: (t.model.tensors, dict(image=IMAGE, min_score=0.5)),
    "MaskRCNN.find_layer": lambda t: (t.model.find_layer, dict(name="conv1")),
    "Recipe": lambda t: (mrx.Recipe, dict(steps=9, learning_rate=0.1, stage="heads")),
    "Sample": lambda t: (
        mrx.Sample,
        dict(image=IMAGE, masks=SAMPLES[0].masks, class_ids=SAMPLES[0].class_ids)
        | dict(crowd=SAMPLES[0].crowd),
    ),
    "Scenes": lambda t: (mrx.Scenes, dict(split="train", length=3, sizes=64)),
    "Trace": lambda t: (mrx.Trace, dict(model=t.model, image=IMAGE, min_score=0.5, keep=())),
    "Trace.follow": lambda t: (t.trace.follow, dict(index=0)),
    "Trace.at": lambda t: (t.trace.at, dict(y=3.0, x=4.0)),
    "Trace.why_not": lambda t: (
        t.trace.why_not,
        dict(box=np.array([5, 5, 40, 40.0]), class_id=1, mask=SAMPLES[0].masks[0]),
    ),
    "build": lambda t: (mrx.build, dict(preset=t.model.config, seed=0)),
    "dataset_statistics": lambda t: (
        mrx.dataset_statistics,
        dict(dataset=SAMPLES, class_names=NAMES),
    ),
    "evaluate": lambda t: (mrx.evaluate, dict(model=t.model, dataset=SAMPLES, limit=5)),
    "export_onnx": lambda t: (
        mrx.export_onnx,
        dict(model=t.model, path=t.folder / "m.onnx", form="detections", weights="float16")
        | dict(min_score=0.5),
    ),
    "export_saved_model": lambda t: (
        mrx.export_saved_model,
        dict(model=t.model, folder=t.folder / "served", min_score=0.5),
    ),
    "fold_batch_norm": lambda t: (mrx.fold_batch_norm, dict(model=t.model)),
    "get_config": lambda t: (mrx.get_config, dict(name="scenes")),
    "load": lambda t: (
        mrx.load,
        dict(weights=t.folder / "w.h5", preset=t.model.config, exclude=("fpn_p3",)),
    ),
    "load_reference_weights": lambda t: (
        mrx.load_reference_weights,
        dict(model=t.student, path=t.folder / "w.h5", exclude=("fpn_p3",), skip_mismatch=True),
    ),
    "load_torchvision_weights": lambda t: (
        mrx.load_torchvision_weights,
        dict(model=t.torchvision, path=t.folder / "w.pth", exclude=("fpn_p3",))
        | dict(skip_mismatch=True),
    ),
    "open_dataset": lambda t: (
        mrx.open_dataset,
        dict(path=t.folder / "coco", image_folder=t.folder / "coco" / "images", class_names=NAMES)
        | dict(attribute="x", crowds="ignore", boxes="problem", problems="stop"),
    ),
    "save_coco": lambda t: (
        new_each_time(mrx.save_coco),
        dict(dataset=SAMPLES, folder=t.folder / "new", class_names=NAMES),
    ),
    "save_weights": lambda t: (mrx.save_weights, dict(model=t.model, path=t.folder / "x.h5")),
    "trace": lambda t: (mrx.trace, dict(model=t.model, image=IMAGE, min_score=0.5, keep=())),
    "train": lambda t: (
        mrx.train,
        dict(model=t.student, dataset=SAMPLES, validation=SAMPLES, recipe=mrx.Recipe(steps=1))
        | dict(folder=t.folder / "run", augment=mrx.Augmentation()),
    ),
}
LONG = (
    "export_onnx",
    "export_saved_model",
    "train",
)  # a right call takes long: every wrong one is refused
OPTIONAL = [(name, "none") for name in ("validation", "recipe", "folder", "augment", "min_score")]
SKIPPED = {
    "export_onnx": [*OPTIONAL, ("min_score", "zero"), ("min_score", "half")],
    "export_saved_model": [*OPTIONAL, ("min_score", "zero"), ("min_score", "half")],
    "train": [
        *OPTIONAL,
        *[(name, kind) for name in ("dataset", "validation") for kind in ("shorter", "longer")],
        *[("folder", kind) for kind in ("missing", "folder")],
        ("validation", "empty"),
    ],
    "Trace.follow": [("index", "huge")],  # an IndexError, as of a list
}


@pytest.mark.parametrize("name", ROWS)
def test_wrong_arguments(name, things, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    function, good = ROWS[name](things)
    done = try_all(function, good, SKIPPED.get(name, ()), run_good=name not in LONG)
    assert done["refused"]


def test_every_name_has_a_row():
    assert listed() - set(ROWS) == set()
