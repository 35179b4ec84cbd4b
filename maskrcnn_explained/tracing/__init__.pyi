from . import biography as biography
from . import candidates as candidates
from . import trace as trace
from . import why_not as why_not
from .trace import Trace as Trace
