from . import compose as compose
from . import dataset as dataset
from . import shapes as shapes
from . import textures as textures
from .compose import make_scene as make_scene
from .dataset import SPLITS as SPLITS
from .dataset import Scenes as Scenes
