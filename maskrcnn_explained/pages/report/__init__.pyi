from . import document as document
from . import embedded as embedded
from .document import report as report
