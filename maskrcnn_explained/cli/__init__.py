"""The command `maskrcnn-explained`: detect, trace, train, evaluate, export, progress, quiz, doctor.

Paths, names of weights and numbers are checked before TensorFlow is imported, so an error there is
reported at once; the content of files is checked before any work. An error is one line on stderr
and exit code 2, a list of problems a line each. A file whose damage shows only when it is decoded,
in the middle of the work, is named in one line, with exit code 1. A command that fails leaves no
incomplete file; if the disk is full or a download fails, the exit code is 1.
"""

from __future__ import annotations

import io
import os
import sys
import warnings

from maskrcnn_explained._backend import wrong_backend
from maskrcnn_explained._files import DISK_FAILED
from maskrcnn_explained.cli.commands import COMMANDS
from maskrcnn_explained.cli.options import make_parser
from maskrcnn_explained.training.run_folder import Terminated

TRACE = "MASKRCNN_EXPLAINED_TRACE"  # if this variable is set, errors show their whole trace


def main(argv: list[str] | None = None) -> int:
    """Run the command with these arguments (None: the arguments of the process).

    Returns the exit code: 0 for success, 2 for wrong input, 1 for a failure in the middle of the
    work, 130 if stopped by the user (Ctrl-C), 143 by SIGTERM.
    """
    try:
        arguments = make_parser(COMMANDS).parse_args(argv)
    except SystemExit as stop:  # argparse has printed the error or the help
        return int(stop.code or 0)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    # This is the default; setting it avoids a notice of TensorFlow.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("MPLBACKEND", "Agg")  # pictures are written to files, without a window
    _print_any_name()
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        return _run(arguments)


def _run(arguments) -> int:
    """Run one command; any failure becomes one line and an exit code."""
    start = f"maskrcnn-explained {arguments.command}: error: "
    problem = wrong_backend()
    if problem and arguments.command != "doctor":  # which tells it, and looks further
        print(f"{start}{problem}", file=sys.stderr)
        return 2
    try:
        code = arguments.run(arguments)
    except KeyboardInterrupt as stop:
        print("Stopped.", file=sys.stderr)
        return 143 if isinstance(stop, Terminated) else 130
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"{start}{error}", file=sys.stderr)
        return 1 if _in_the_middle(arguments, error) else 2
    except Exception as error:
        if os.environ.get(TRACE):
            raise
        text = " ".join(str(error).split())[:500]
        print(
            f"{start}{type(error).__name__}: {text} (not foreseen; {TRACE}=1 shows where)",
            file=sys.stderr,
        )
        return 1
    return int(code or 0)


def _print_any_name() -> None:
    """Let names of files be printed whose bytes are no text: as \\udcff, not as an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _in_the_middle(arguments, error) -> bool:
    """Whether the work had begun: a download that fails, a NaN loss, a full disk, a bad image."""
    from maskrcnn_explained.data.image_files import ImageFileError

    if isinstance(error, (FloatingPointError, ConnectionError)):
        return True
    if isinstance(error, OSError) and error.errno in DISK_FAILED:
        return True
    return isinstance(error, ImageFileError) and arguments.command in ("train", "evaluate")


def _show_warning(message, category, filename, lineno, file=None, line=None) -> None:
    """A warning in one line, without the place in the code that a user cannot change."""
    print(f"maskrcnn-explained: warning: {message}", file=sys.stderr)
