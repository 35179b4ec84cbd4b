from . import coins as coins
from . import everyday as everyday
from . import nuclei as nuclei
