"""The numbers in the quiz of notebook 08: steps, rates, and the log of the shipped weights.

A wrong choice's number is made by the mistake that it stands for.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from maskrcnn_explained._files import assets_folder
from maskrcnn_explained.course.exercises.nb08_answers import rate_answer
from maskrcnn_explained.course.exercises.nb08_cases import scheduled_rate
from maskrcnn_explained.data.batches import batch_indices
from maskrcnn_explained.layers import BatchNorm
from maskrcnn_explained.losses import smooth_l1
from maskrcnn_explained.model import build
from maskrcnn_explained.presets import get_config
from maskrcnn_explained.training.optimizer import make_optimizer
from maskrcnn_explained.training.recipe import BEST_FILE, Recipe

# The run of the notebook, and that on four images alone.
NOTEBOOK_RUN = Recipe(steps=336, batch_size=8, steps_per_epoch=48)
NOTEBOOK_IMAGES, SHORT_STEPS, SHORT_IMAGES = 1000, 40, 4
PLANNED_IMAGES, PLANNED_BATCH, PLANNED_TIMES = 600, 4, 20
# Steps in all, steps of warm-up, highest rate; a quarter of the way down.
ASKED_RATE, ASKED_STEP = (1000, 100, 0.002), 325
BETA_RUN, BETA_ERROR = 4, 0.3  # the run that changed beta; an error of a delta


def numbers_08() -> dict[str, Any]:
    """The fields of the quiz of notebook 08."""
    return _epochs() | _planned() | _rates() | _lag() | _jump() | _checkpoint()


def _epochs():
    run = NOTEBOOK_RUN
    batches = [batch_indices(NOTEBOOK_IMAGES, run.batch_size, step, 1) for step in range(run.steps)]
    counts = np.bincount(np.concatenate(batches), minlength=NOTEBOOK_IMAGES)
    return {
        "steps": run.steps,
        "batch": run.batch_size,
        "epoch_steps": run.steps_per_epoch,
        "epochs": run.epochs,
        "images": NOTEBOOK_IMAGES,
        "seen_least": counts.min(),
        "seen_most": counts.max(),
        "scenes_seen": counts.sum(),
    }


def _planned():
    seen = PLANNED_IMAGES * PLANNED_TIMES
    return {
        "own_images": PLANNED_IMAGES,
        "own_batch": PLANNED_BATCH,
        "own_times": PLANNED_TIMES,
        "own_steps": seen // PLANNED_BATCH,
        "own_no_batch": seen,
        "own_one_pass": PLANNED_IMAGES // PLANNED_BATCH,
        "own_epochs": PLANNED_TIMES,
    }


def _rates():
    steps, warmup, highest = ASKED_RATE
    wrong: dict[str, dict[str, Any]] = {
        "rate_straight": {"way": "straight"},
        "rate_quarter": {"way": "quarter"},
        "rate_rising": {"warmup_steps": steps},
    }
    told: dict[str, Any] = {"steps": steps, "warmup_steps": warmup, "highest": highest}
    return {name: rate_answer(ASKED_STEP, **told | slip) for name, slip in wrong.items()} | {
        "rate": scheduled_rate(ASKED_STEP, steps, warmup, highest),
        "rate_steps": steps,
        "rate_warmup": warmup,
        "rate_highest": highest,
        "rate_step": ASKED_STEP,
    }


def _lag():
    kept = BatchNorm().momentum ** SHORT_STEPS
    return {"short_steps": SHORT_STEPS, "short_images": SHORT_IMAGES, "still_fresh": kept}


def _jump():
    folder = assets_folder() / "weights"
    lines = (folder / "scenes_log.jsonl").read_text(encoding="utf-8").splitlines()
    log = [json.loads(line) for line in lines]
    before = [line for line in log if line["run"] == BETA_RUN - 1][-1]
    after = next(line for line in log if line["run"] == BETA_RUN)
    command = json.loads((folder / "scenes.json").read_text(encoding="utf-8"))["runs"][
        BETA_RUN - 1
    ]["command"]
    beta = re.search(r"--smooth-l1-beta ([\d.]+)", command)
    betas = {"old": get_config("scenes").smooth_l1_beta, "new": float(beta[1]) if beta else 0.0}
    return {f"{name}_beta": value for name, value in betas.items()} | {
        "beta_error": BETA_ERROR,
        "old_cost": float(smooth_l1(BETA_ERROR, betas["old"])),
        "new_cost": float(smooth_l1(BETA_ERROR, betas["new"])),
        "loss_before": before["mrcnn_bbox_loss"],
        "loss_after": after["mrcnn_bbox_loss"],
        "ap_before": before["val_mask_AP"],
        "ap_after": after["val_mask_AP"],
    }


def _checkpoint():
    model = build("scenes", class_names=("background", "object"))
    optimizer = make_optimizer(NOTEBOOK_RUN)
    optimizer.build(model.trainable_variables)
    memory = sum(int(np.prod(variable.shape)) for variable in optimizer.variables)
    return {
        "model_numbers": model.count_params(),
        "optimizer_numbers": memory,
        "best_file": BEST_FILE,
    }
