from . import bundle as bundle
from . import explorer as explorer
from . import page as page
from . import report as report
from . import widgets as widgets
