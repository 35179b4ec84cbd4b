from . import document as document
from . import example_photos as example_photos
from . import page_parts as page_parts
from . import read_on as read_on
