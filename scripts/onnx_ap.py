"""Is an ONNX file as good as the model? AP of both on test scenes, which no training saw.

    make onnx-ap

Both find the instances of the same scenes; the files are run by onnxruntime, form "detections",
once with weights of 32 and once of 16 bits. It writes assets/onnx_ap.json, in half an hour on two
cores.
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile

import numpy as np
import onnxruntime

import maskrcnn_explained as mrx
from maskrcnn_explained._files import atomic_write
from maskrcnn_explained.evaluation.coco_ap import average_precision
from maskrcnn_explained.evaluation.records import found_records, truth_records
from maskrcnn_explained.export.onnx_file import WEIGHT_TYPES, export_onnx
from maskrcnn_explained.results.detections import Detections

OUTPUT = pathlib.Path(__file__).parent.parent / "assets" / "onnx_ap.json"
SCENES = 500


def session(model: mrx.MaskRCNN, weights: str) -> onnxruntime.InferenceSession:
    """The model in onnxruntime, from a file that is removed again."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.onnx"
        export_onnx(model, path, "detections", weights)
        return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def detect(run: onnxruntime.InferenceSession, image: np.ndarray, names: tuple) -> Detections:
    """What the file finds in one image [H, W, 3] uint8."""
    outputs = ["boxes", "class_ids", "scores", "masks", "counts"]
    *rows, counts = run.run(outputs, {"images": image[None]})
    boxes, class_ids, scores, masks = (row[0, : counts[0]] for row in rows)
    return Detections(
        boxes=boxes,
        class_ids=class_ids,
        scores=scores,
        masks=masks,
        class_names=[names[class_id] for class_id in class_ids],
        mask_probs=np.full((counts[0], 28, 28), np.nan, np.float32),
    )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else SCENES
    model = mrx.load("scenes")
    names = model.config.class_names
    sessions = {f"ONNX {weights}": session(model, weights) for weights in WEIGHT_TYPES}
    scenes = mrx.Scenes("test", number)
    truth = []
    found: dict[str, list] = {name: [] for name in ("TensorFlow", *sessions)}
    for index in range(number):
        sample = scenes[index]
        truth.append(truth_records(sample))
        found["TensorFlow"].append(found_records(model.detect(sample.image)))
        for name, run in sessions.items():
            found[name].append(found_records(detect(run, sample.image, names)))
    limit = model.config.detections
    result = {
        name: average_precision(truth, rows, names, False, limit) for name, rows in found.items()
    }
    for name, values in result.items():
        print(f"{name:14} mask AP {values['mask_AP']:.4f}  box AP {values['box_AP']:.4f}")
    if number == SCENES:
        with atomic_write(OUTPUT) as temporary:
            temporary.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
