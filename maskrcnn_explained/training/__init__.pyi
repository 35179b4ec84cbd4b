from . import callbacks as callbacks
from . import checkpoints as checkpoints
from . import distributed as distributed
from . import optimizer as optimizer
from . import recipe as recipe
from . import train as train
from .recipe import Recipe as Recipe
