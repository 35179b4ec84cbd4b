"""Write every figure of every notebook as SVG and PNG, for slides (see the gallery).

make figures                                      all notebooks, about ten minutes
python scripts/make_figures.py notebooks/03_rpn.ipynb
"""

import os
import pathlib
import sys

from execute_notebooks import FOLDER, QUIET, run

from maskrcnn_explained.viz.style import FIGURES

OUTPUT = FOLDER.parent / "build" / "figures"


def main() -> None:
    os.environ.update(QUIET)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    paths = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("[01]*.ipynb"))
    for path in paths:
        os.environ[FIGURES] = str(OUTPUT / path.stem)
        run(path)
        print(f"{path.stem}: {len(list(OUTPUT.glob(f'{path.stem}_*.svg')))} figures", flush=True)
    print(f"SVG and PNG files: {OUTPUT}")


if __name__ == "__main__":
    main()
