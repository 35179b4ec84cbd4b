from . import document as document
from . import instances as instances
from .document import report as report
