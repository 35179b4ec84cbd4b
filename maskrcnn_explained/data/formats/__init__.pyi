from . import coco as coco
from . import mask_folders as mask_folders
from . import open_dataset as open_dataset
from . import via as via
from .coco import CocoDataset as CocoDataset
from .coco import save_coco as save_coco
from .mask_folders import InstanceMaskDataset as InstanceMaskDataset
from .via import ViaDataset as ViaDataset
