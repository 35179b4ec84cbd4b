from . import widgets as widgets
from .widgets import Widget as Widget
from .widgets import anchors_widget as anchors_widget
from .widgets import deltas_widget as deltas_widget
from .widgets import nms_widget as nms_widget
from .widgets import roi_widget as roi_widget
from .widgets import scores_widget as scores_widget
