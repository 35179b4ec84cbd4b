from . import filling as filling
from . import jupyterquiz_form as jupyterquiz_form
from . import quiz as quiz
from . import registry as registry
from . import show as show
