from . import coins as coins
from . import nuclei as nuclei
