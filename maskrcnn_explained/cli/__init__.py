"""The command `maskrcnn-explained`: detect, trace, train, evaluate, export.

Paths, names of weights and numbers are checked before TensorFlow is imported, so an error there is
reported at once; the content of files is checked before any work. An error is one line on stderr
and exit code 2. A command that fails leaves no incomplete file.
"""

from __future__ import annotations

import os
import sys

from maskrcnn_explained.cli.commands import COMMANDS
from maskrcnn_explained.cli.options import make_parser


def main(argv: list[str] | None = None) -> int:
    """Run the command with these arguments (None: the arguments of the process).

    Returns the exit code: 0 for success, 2 for wrong input, 130 if stopped by the user.
    """
    try:
        arguments = make_parser(COMMANDS).parse_args(argv)
    except SystemExit as stop:  # argparse has printed the error or the help
        return int(stop.code or 0)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    # This is the default; setting it avoids a notice of TensorFlow.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("MPLBACKEND", "Agg")  # pictures are written to files, without a window
    try:
        arguments.run(arguments)
    except (ValueError, OSError) as error:
        print(f"maskrcnn-explained {arguments.command}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0
