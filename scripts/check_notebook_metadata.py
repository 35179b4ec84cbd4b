"""Check that these notebooks have the standard metadata. For pre-commit.

python scripts/check_notebook_metadata.py notebooks/03_rpn.ipynb ...
"""

import json
import pathlib
import sys

WANTED = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def main() -> int:
    """Print the files that differ. Returns the exit code."""
    differ = []
    for name in sys.argv[1:]:
        content = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
        if content["metadata"] != WANTED:
            differ.append(name)
    for name in differ:
        print(f"{name}: wrong metadata; run python scripts/execute_notebooks.py {name}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
