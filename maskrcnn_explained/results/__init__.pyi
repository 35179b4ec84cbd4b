from . import coco_results as coco_results
from . import detections as detections
from . import files as files
from . import pasted_masks as pasted_masks
from . import tiles as tiles
