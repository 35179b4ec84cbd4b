from . import catalogue as catalogue
from . import gallery as gallery
from . import questions as questions
from . import side_by_side as side_by_side
from .side_by_side import show_beside as show_beside
from .side_by_side import show_settings as show_settings
