"""maskrcnn_explained: learn how Mask R-CNN works by running it.

    import maskrcnn_explained as mrx
    model = mrx.load("scenes")
    found = model.detect(image)

Importing this package is quick: TensorFlow is loaded when it is first needed.
"""

import importlib

__version__ = "0.1.0"
_LAZY = {
    "Config": "config", "get_config": "presets", "build": "model", "MaskRCNN": "model",
    "load": "weights", "Scenes": "data.scenes", "Sample": "data.sample",
    "Detections": "detection", "evaluate": "evaluation", "train": "training",
    "Recipe": "training", "load_reference_weights": "reference_weights",
    "export_saved_model": "serving", "fold_batch_norm": "folding", "trace": "tracing",
    "CocoDataset": "data.coco", "ViaDataset": "data.via", "save_coco": "data.coco",
    "InstanceMaskDataset": "data.instance_masks", "Augmentation": "data.augmentation",
    "dataset_statistics": "data.statistics",
}  # fmt: skip
_MODULES = (
    "anchors", "architecture", "backbone", "boxes", "config", "data", "detection", "evaluation",
    "folding", "fpn", "losses", "model", "mrcnn_heads", "reference_weights", "replicas",
    "roi_align", "rpn", "serving", "targets", "tracing", "training", "viz", "weight_statistics",
    "weights",
)  # fmt: skip
__all__ = [*_LAZY, *_MODULES]


def __getattr__(name):
    # PEP 562: called for names that are not there yet; nothing is imported before it is used.
    if name in _LAZY:
        return getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
