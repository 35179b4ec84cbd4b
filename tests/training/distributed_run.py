"""One process of a training run that several share; test_distributed.py starts it.

python distributed_run.py NUMBER PORT,PORT,.. FOLDER STEPS
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
number, ports, folder, steps = int(sys.argv[1]), sys.argv[2].split(","), sys.argv[3], sys.argv[4]
if len(ports) > 1:
    os.environ["TF_CONFIG"] = json.dumps(
        dict(
            cluster=dict(worker=[f"localhost:{port}" for port in ports]),
            task=dict(type="worker", index=number),
        )
    )

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from helpers import TINY, calm  # noqa: E402

from maskrcnn_explained.data.scenes.dataset import Scenes  # noqa: E402
from maskrcnn_explained.model import build  # noqa: E402
from maskrcnn_explained.training.distributed import strategy  # noqa: E402
from maskrcnn_explained.training.recipe import Recipe  # noqa: E402
from maskrcnn_explained.training.train import train  # noqa: E402

tf.config.experimental.enable_op_determinism()


class Tell(keras.callbacks.Callback):
    """Write the loss of each step to a file of this process."""

    def on_epoch_end(self, epoch, logs=None):
        path = pathlib.Path(f"{folder}.{number}.txt")
        before = path.read_text() if path.exists() else ""
        path.write_text(f"{before}{float(logs['loss'])!r}\n")


with strategy("workers" if len(ports) > 1 else "one").scope():
    student = calm(build("scenes", **TINY | dict(batch_norm="frozen")))
recipe = Recipe(
    steps=int(steps), steps_per_epoch=1, batch_size=4, warmup_steps=2, learning_rate=1e-3
)
try:
    train(
        student, Scenes("train", 40, sizes=64), None, recipe, folder, callbacks=[Tell()], verbose=0
    )
except ConnectionError as error:
    sys.exit(f"ConnectionError: {error}")
