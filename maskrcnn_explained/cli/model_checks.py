"""Checks of the shipped weights, and of a whole run of the model whose result is known."""

from __future__ import annotations

import time

from maskrcnn_explained.cli.finding import BAD, FINE, guarded

FETCH = "fetch assets/weights again (git checkout assets/weights, or install again)"
# What the weights `scenes` find in the photograph of the coins, with a score of 0.7 or more.
COINS_FOUND = 24
MEAN_BOX = (136.55, 169.41, 180.58, 215.35)  # y1, x1, y2, x2, the mean over all, pixels
NEAR = 0.5  # pixels; processors round differently, by far less


@guarded("weights", FETCH)
def check_weights() -> tuple[str, ...]:
    """The SHA-256 of each weights file that ships with the course."""
    from maskrcnn_explained.stored.contents import read_bytes
    from maskrcnn_explained.weights.pretrained import CSP_FILE, CSP_SHA256
    from maskrcnn_explained.weights.published import SHIPPED, locate, shipped_folder

    files = [locate(name) for name in SHIPPED] + [(shipped_folder() / CSP_FILE, CSP_SHA256)]
    for path, sha256 in files:
        read_bytes(path, sha256)  # raises, and names the file, if it is another
    return FINE, f"{len(files)} files, each with its SHA-256"


@guarded("model", "install again: " + "python -m pip install --force-reinstall tensorflow keras")
def check_model_run() -> tuple[str, ...]:
    """The shipped model finds the coins, where it is known to find them."""
    from skimage import data

    from maskrcnn_explained.weights.load import load

    model = load("scenes")
    found = model.detect(data.coins(), min_score=0.7)  # the first call also compiles
    start = time.perf_counter()
    model.detect(data.coins(), min_score=0.7)
    seconds = time.perf_counter() - start
    mean = found.boxes.mean(0) if len(found) else (0.0,) * 4
    far = max(abs(float(one) - other) for one, other in zip(mean, MEAN_BOX, strict=True))
    if len(found) != COINS_FOUND or far > NEAR:
        text = f"{len(found)} coins found, boxes {far:.2f} pixels off; expected {COINS_FOUND}, 0"
        return BAD, text, "the check 'weights' and the versions of the packages say more"
    return FINE, f"finds all {COINS_FOUND} coins where expected, in {seconds:.2f} s"
