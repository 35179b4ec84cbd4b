"""The README's Python, as it stands, runs from the first line to the last."""

import os
import subprocess
import sys

import pytest
from readme_program import snippets, write_program


def test_all_snippets_are_in_the_program():
    starts = [code.splitlines()[0] for code in snippets()]
    assert len(starts) == 4 and starts[0] == "import maskrcnn_explained as mrx"


@pytest.mark.minutes
def test_it_runs(tmp_path):
    program = write_program(tmp_path / "readme")
    done = subprocess.run(
        [sys.executable, program.name],
        cwd=program.parent,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "from the first detection" not in done.stdout and "detection 0: disk" in done.stdout
    assert (program.parent / "build" / "mine" / "best.h5").is_file()
