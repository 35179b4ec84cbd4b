"""Write the figures of the executed notebooks as files, and run the gallery, which shows them.

make gallery        after any notebook was executed again
"""

import os

from execute_notebooks import FOLDER, QUIET, execute

from maskrcnn_explained.course import gallery


def main() -> None:
    os.environ.update(QUIET)
    number = gallery.save_figures(sorted(FOLDER.glob("[01]*.ipynb")), FOLDER / gallery.GALLERY)
    size = sum(path.stat().st_size for path in (FOLDER / gallery.GALLERY).iterdir())
    print(f"{number} figures, {size / 1e6:.1f} MB")
    execute(FOLDER / "gallery.ipynb")


if __name__ == "__main__":
    main()
