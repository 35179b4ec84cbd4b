"""The command `maskrcnn-explained`: detect, trace, train, evaluate, export.

Everything that can be checked is checked before TensorFlow is imported, so a mistake is answered at
once: one line on stderr and exit code 2. Files appear complete or not at all.
"""

from __future__ import annotations

import os
import sys

from maskrcnn_explained.cli.commands import COMMANDS
from maskrcnn_explained.cli.options import make_parser


def main(argv: list[str] | None = None) -> int:
    """Run the command with these arguments (those of the process if None).

    Returns the exit code: 0 done, 2 wrong input, 130 stopped by the user.
    """
    try:
        arguments = make_parser(COMMANDS).parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong, or printed its help
        return int(stop.code or 0)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    # The default; setting it silences TensorFlow's notice.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("MPLBACKEND", "Agg")  # pictures go to files; no window is needed
    try:
        arguments.run(arguments)
    except (ValueError, OSError) as error:
        print(f"maskrcnn-explained {arguments.command}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0
