from . import filling as filling
from . import quiz as quiz
from . import registry as registry
