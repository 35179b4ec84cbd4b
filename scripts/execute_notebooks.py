"""Run notebooks from top to bottom and store their output. A second run changes no byte.

    python scripts/execute_notebooks.py [notebooks/03_rpn.ipynb ...]

Without names it runs all notebooks. A notebook is replaced only if it ran without an error. Output
of libraries to stderr is printed here and is not stored in the notebook.
"""

import os
import pathlib
import sys
import time

import nbformat
from nbclient import NotebookClient

FOLDER = pathlib.Path(__file__).parent.parent / "notebooks"
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "1", "PYTHONHASHSEED": "0"}


def run(path: pathlib.Path) -> nbformat.NotebookNode:
    """Run a notebook and return it; the file is not changed."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    return notebook


def execute(path: pathlib.Path) -> None:
    """Run one notebook and write it back."""
    start = time.perf_counter()
    notebook = run(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            errors = [output for output in cell.outputs if output.get("name") == "stderr"]
            for output in errors:
                print(output["text"], file=sys.stderr)
            cell.outputs = [output for output in cell.outputs if output not in errors]
    info = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook.metadata = {"kernelspec": info, "language_info": {"name": "python"}}
    temporary = path.with_suffix(".part")
    nbformat.write(notebook, temporary)
    os.replace(temporary, path)
    size = path.stat().st_size / 1e6
    print(f"{path.name}: {time.perf_counter() - start:.0f} s, {size:.2f} MB", flush=True)


def main() -> None:
    os.environ.update(QUIET)
    paths = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ipynb"))
    for number, path in enumerate(paths, start=1):
        print(f"[{number}/{len(paths)}] {path.name} ...", flush=True)
        execute(path)


if __name__ == "__main__":
    main()
