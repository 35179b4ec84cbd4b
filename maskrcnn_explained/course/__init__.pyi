from . import catalogue as catalogue
from . import gallery as gallery
