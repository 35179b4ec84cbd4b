"""The command `maskrcnn-explained`: detect, train, evaluate, export.

Everything that can be checked is checked before TensorFlow is imported, so that a mistake is
answered at once: one line on stderr and exit code 2. Files appear complete or not at all.
"""

from __future__ import annotations

import json
import os
import sys

from maskrcnn_explained.cli_options import RECIPE, make_parser
from maskrcnn_explained.files import check_new_folder, check_output, replacing


def main(argv: list[str] | None = None) -> int:
    """Run the command with these arguments (those of the process if None).

    Returns the exit code: 0 done, 2 wrong input, 130 stopped by the user.
    """
    try:
        arguments = make_parser((detect, train, evaluate, export)).parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong, or printed its help
        return int(stop.code or 0)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # its default; said aloud if not set
    os.environ.setdefault("MPLBACKEND", "Agg")  # pictures go to files; no window is needed
    try:
        arguments.run(arguments)
    except (ValueError, OSError) as error:
        print(f"maskrcnn-explained {arguments.command}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def detect(arguments) -> None:
    """Find the instances in a photo: a picture and a table."""
    from skimage import data

    from maskrcnn_explained import weights
    from maskrcnn_explained.data.images import as_rgb, read_image

    output, photo = arguments.output, arguments.photo
    check_output(output, ".png")
    image = as_rgb(data.coins()) if photo is None else read_image(photo)
    if photo is not None and output.exists() and output.samefile(photo):
        raise ValueError(f"{output} is the photo itself; write the picture elsewhere.")

    found = weights.load(arguments.weights).detect(image, min_score=arguments.min_score)
    with replacing(output) as temporary:
        temporary.write_bytes(picture(image, found))
    print(detections_table(found))
    print(f"{len(found)} detections with a score of at least {arguments.min_score:g}: {output}")


def train(arguments) -> None:
    """Train on Scenes; the card of the shipped weights says which options made them."""
    import h5py

    from maskrcnn_explained import weights

    folder = arguments.folder
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is not a folder.")
    output = arguments.weights_out or folder / "scenes.h5"
    if output.parent != folder or folder.exists():  # else the run makes its folder
        check_output(output, ".h5")
    checkpoint = folder / "checkpoint.weights.h5"
    if checkpoint.exists() and not h5py.is_hdf5(checkpoint):
        raise ValueError(f"{checkpoint} is damaged; remove it to start again.")
    if arguments.start:
        weights.find_weights(arguments.start)  # a mistake is told before TensorFlow is imported
    from maskrcnn_explained.model import build
    from maskrcnn_explained.training import Recipe, train_scenes

    recipe = Recipe(**{name: vars(arguments)[name] for name in RECIPE if name in arguments})
    changes = {"seed": recipe.seed}
    if arguments.image_min_side is not None:
        changes["image_min_side"] = arguments.image_min_side or None
    start = arguments.start
    student = weights.load(start, **changes) if start else build("scenes", **changes)
    if checkpoint.exists():
        print(f"Going on from {checkpoint}.")
    history = train_scenes(student, recipe, folder, arguments.first_scene)
    weights.save_weights(student, output)
    speeds = sorted(history.history.get("images_per_second", []))
    if speeds:
        print(f"{speeds[len(speeds) // 2]:.1f} images per second (median over epochs)")
    else:
        print("The run was complete already: no step was left to do.")
    print(f"Weights: {output}\nLog: {folder / 'log.jsonl'}")


def evaluate(arguments) -> None:
    """Measure AP on unseen scenes, or count the coins that are found."""
    from maskrcnn_explained import weights

    if arguments.json is not None:
        check_output(arguments.json, ".json")
    model = weights.load(arguments.weights)
    result = coins_result(model) if arguments.coins else scenes_result(model, arguments)
    if arguments.json is not None:
        with replacing(arguments.json) as temporary:
            temporary.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def export(arguments) -> None:
    """Write a SavedModel that answers as detect does; to run it takes TensorFlow alone."""
    from maskrcnn_explained import weights

    check_new_folder(arguments.output)
    model = weights.load(arguments.weights)
    from maskrcnn_explained.serving import export_saved_model

    export_saved_model(model, arguments.output, arguments.min_score)
    print(
        f"{arguments.output}: images [B, H, W, 3] uint8 -> boxes, class_ids, scores, masks, counts"
    )


def scenes_result(model, arguments) -> dict[str, float]:
    """Measure on the scenes that the arguments name, and print a table."""
    from maskrcnn_explained import evaluation
    from maskrcnn_explained.data.scenes import Scenes

    print(f"{arguments.images} scenes, split {arguments.split}", flush=True)
    result = evaluation.evaluate(model, Scenes(arguments.split, arguments.images))
    print(evaluation.metrics_table(result))
    return result


def coins_result(model) -> dict:
    """Count the coins that are found at both sizes, and print it: scale -> `exam`'s numbers."""
    from maskrcnn_explained.evaluation import COINS_EXAM, COINS_SCORE, coins_exam

    results = {}
    for scale, min_iou in COINS_EXAM.items():
        result = coins_exam(model, scale)
        ious = [round(float(iou), 4) for iou in result["ious"]]
        print(
            f"Scale {scale:g}: {result['found']} of {len(ious)} coins found as disks with mask IoU "
            f"{min_iou} or more (score at least {COINS_SCORE}), {result['false_positives']} false "
            f"positives; mask IoU: lowest {min(ious):.3f}, mean {sum(ious) / len(ious):.3f}"
        )
        results[f"{scale:g}"] = result | {"ious": ious}
    return results


def picture(image, found) -> bytes:
    """The image with its detections as PNG, at least 900 pixels on its longer side."""
    from maskrcnn_explained.viz import style
    from maskrcnn_explained.viz.detection import show_detections

    height, width = image.shape[:2]
    inches = style.PAGE_WIDTH / max(height, width)  # a pixel; a very flat image keeps one inch
    ax = style.new_axes(None, max(width * inches, 1.0), max(height * inches, 1.0))
    show_detections(image, found, ax)
    dots_per_inch = min(max(100, round(1 / inches)), 300)  # a large photo keeps its pixels
    return style.to_png(ax.figure, dots_per_inch)


def detections_table(found) -> str:
    """A line for each detection; boxes in pixels of the photo."""
    lines = [f"{'':>3}  {'class':<12}{'score':>6}{'y1':>8}{'x1':>8}{'y2':>8}{'x2':>8}{'mask':>9}"]
    rows = zip(found.class_names, found.scores, found.boxes, found.masks, strict=True)
    for number, (name, score, box, mask) in enumerate(rows, start=1):
        edges = "".join(f"{edge:>8.1f}" for edge in box)
        lines.append(f"{number:>3}  {name:<12}{score:>6.2f}{edges}{mask.sum():>9}")
    return "\n".join(lines)
