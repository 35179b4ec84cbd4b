"""Saving and loading with Keras' own methods, safely. A part of `MaskRCNN`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any

from maskrcnn_explained._arguments import checked_path
from maskrcnn_explained._files import write_bytes
from maskrcnn_explained.config import Config
from maskrcnn_explained.stored.assigning import assign_weights
from maskrcnn_explained.stored.classes import check_classes
from maskrcnn_explained.stored.configs import config_from, config_text, config_values
from maskrcnn_explained.stored.contents import StoredCheckpoint, StoredWeights, read_own
from maskrcnn_explained.stored.finite import warn_if_not_finite
from maskrcnn_explained.stored.hdf5 import MemoryFile, sealed, with_config
from maskrcnn_explained.stored.names import named_weights

CHECKPOINT_ENDING = ".weights.h5"  # Keras asks for it


class Saving:
    """The methods of `MaskRCNN` that files go through, made in memory and written at once."""

    config: Config
    seed: int
    trained: bool
    name: str
    weights: list
    get_layer: Callable

    def get_config(self) -> dict[str, Any]:
        values = config_values(self.config)
        return {"config": values, "seed": self.seed, "trained": self.trained, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        missing = [name for name in ("config", "seed", "name") if name not in config]
        if missing:
            raise ValueError(f"A file of a MaskRCNN lacks {missing[0]!r}; it is damaged.")
        known = config_from(config["config"], custom_objects)
        model: Any = cls(known, seed=config["seed"], name=config["name"])  # type: ignore[call-arg]
        model.trained = config.get("trained", False)
        return model

    def save(
        self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **options: Any
    ) -> None:
        """Keras' `save`: a `.keras` file of the model, its weights and its optimizer.

        It is made in memory and written at once, so a full disk leaves the old file. Warns if
        weights are NaN or infinite. Raises the errors of `write_bytes`, `FileExistsError` if
        `overwrite` is false and the file is there, `ValueError` for Keras' old format `.h5`.
        """
        if str(filepath).endswith((".h5", ".hdf5")):
            raise ValueError(
                f"{filepath}: Keras cannot load a MaskRCNN from its old format. Give a name that "
                "ends in .keras, or write a weights file: maskrcnn_explained.save_weights."
            )
        self._warn_if_not_finite("The model that is saved")
        save: Callable = super().save  # type: ignore[misc]
        if zipped is False or not _is_local(filepath, ".keras"):
            save(filepath, overwrite=overwrite, zipped=zipped, **options)
            return
        _check_overwrite(filepath, overwrite)
        memory = MemoryFile("model.keras")
        save(memory, **options)
        write_bytes(filepath, memory.getvalue())

    def save_weights(
        self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None
    ) -> None:
        """Keras' `save_weights`: a checkpoint with the optimizer, and here with the Config.

        It is made in memory and written at once, so a full disk leaves the old file. Warns if
        weights are NaN or infinite. Raises the errors of `write_bytes`, `FileExistsError` if
        `overwrite` is false and the file is there, `ValueError` for a name that does not end in
        ".weights.h5" (`maskrcnn_explained.save_weights` takes any name).
        """
        self._warn_if_not_finite("The model that is saved")
        save: Callable = super().save_weights  # type: ignore[misc]
        if max_shard_size is not None or not _is_local(filepath, CHECKPOINT_ENDING):
            save(filepath, overwrite=overwrite, max_shard_size=max_shard_size)
            return
        _check_overwrite(filepath, overwrite)
        memory = MemoryFile(f"model{CHECKPOINT_ENDING}")
        save(memory)
        content = with_config(memory.getvalue(), config_text(self.config))
        write_bytes(filepath, sealed(content))

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **options: Any) -> None:
        """Keras' `load_weights` for every file of weights, told by content: all arrays or none.

        A checkpoint or a `.keras` file brings the optimizer's state as well, if the model is
        compiled. A weights file of this package or of the reference is loaded by name, with or
        without Keras' `by_name=True`.

        Args:
            filepath: the file.
            skip_mismatch: for checkpoints only: keep weights of other shapes, with a warning.
            **options: Keras' own.

        Raises:
            FileNotFoundError: no such file.
            ValueError: another kind of file, a damaged one, other class names, another Config.
        """
        if checked_path("filepath", filepath).is_dir() or _in_parts(filepath):
            self._load_parts(filepath, skip_mismatch, options)
            return
        stored = read_own(filepath)
        if isinstance(stored, StoredWeights):
            self._load_by_name(stored, skip_mismatch, options)
            return
        check_classes(stored.path, stored.class_names(), self.config.class_names)
        self.load_checkpoint(stored, skip_mismatch, **options)

    def load_checkpoint(
        self, stored: StoredCheckpoint, skip_mismatch: bool = False, **options: Any
    ) -> None:
        """Load a checkpoint that `read_own` has read, as `load_weights` does.

        Raises `ValueError` if it does not fit; the weights are then as before.
        """
        before = [variable.numpy() for variable in self.weights]
        memory = MemoryFile(f"model{CHECKPOINT_ENDING}", stored.content)
        try:
            with warnings.catch_warnings():
                if not skip_mismatch:  # Keras warns, and keeps fresh weights
                    warnings.filterwarnings("error", "Skipping nested container")
                super().load_weights(memory, skip_mismatch, **options)  # type: ignore[misc]
        except Exception as error:  # Keras raises many kinds for damaged files
            for variable, array in zip(self.weights, before, strict=True):
                variable.assign(array)
            raise ValueError(
                f"{stored.path.name} was made for another Config, or it is damaged ({error})."
            ) from error
        self.trained = True
        self._warn_if_not_finite(stored.path.name)

    def _load_parts(self, filepath, skip_mismatch, options):
        """Load what Keras itself keeps in a folder, in parts or on another machine."""
        try:
            super().load_weights(filepath, skip_mismatch, **options)  # type: ignore[misc]
        except Exception as error:  # Keras raises many kinds
            said = " ".join(str(error).split())[:200]
            raise ValueError(
                f"{filepath} is not a file of weights, and Keras cannot read it ({said}). Of the "
                "folder of a run, mrx.load makes a model."
            ) from error

    def _load_by_name(self, stored, skip_mismatch, options):
        """Load a weights file. `by_name` may be among the options: there is no other way."""
        unknown = sorted(set(options) - {"by_name"})
        if skip_mismatch or unknown:
            raise ValueError(
                f"{stored.path.name} is a weights file, which is loaded as a whole: "
                f"{unknown or ['skip_mismatch']} does not apply. load_reference_weights has "
                "`exclude` and `skip_mismatch`, and reports what it did."
            )
        assign_weights(self, stored)  # type: ignore[arg-type]

    def _warn_if_not_finite(self, where):
        warn_if_not_finite(named_weights(self), where)  # type: ignore[arg-type]


def _is_local(filepath, ending) -> bool:
    """Whether it is a path on this machine with that ending; Keras takes addresses as well."""
    text = os.fspath(filepath) if isinstance(filepath, (str, os.PathLike)) else ""
    return "://" not in text and text.endswith(ending)


def _in_parts(filepath) -> bool:
    """Whether it names a checkpoint that Keras has cut in parts, or lies on another machine."""
    return str(filepath).endswith(".weights.json") or "://" in str(filepath)


def _check_overwrite(filepath, overwrite):
    if not overwrite and os.path.exists(filepath):
        raise FileExistsError(f"{filepath} is there already; give a new name, or overwrite=True.")
