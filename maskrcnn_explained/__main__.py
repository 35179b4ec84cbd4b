"""`python -m maskrcnn_explained` is the command `maskrcnn-explained`."""

import sys

from maskrcnn_explained.cli import main

sys.exit(main())
