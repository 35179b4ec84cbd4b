"""The explorers: pages in which a model runs, one file for each model that ships.

    make explorer

It writes build/explorer.html (scenes), build/explorer_nuclei.html and build/explorer_photos.html,
which open from disk. Names as arguments make only those. onnxruntime-web comes from npm; it is
fetched once, checked, and kept in build/npm.
"""

from __future__ import annotations

import pathlib
import sys
import tarfile

from npm_package import fetch

import maskrcnn_explained as mrx
from maskrcnn_explained._files import write_bytes
from maskrcnn_explained.export.onnx_parts import export_parts
from maskrcnn_explained.pages.explorer.document import Runtime, explorer
from maskrcnn_explained.pages.explorer.example_photos import example_photos
from maskrcnn_explained.pages.explorer.page_parts import visible_page

BUILD = pathlib.Path(__file__).parent.parent / "build"
VERSION = "1.30.0"
SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
FILES = {  # name of the model -> file, and what links say
    "scenes": ("explorer.html", "scenes: disks, rectangles, triangles, stars"),
    "nuclei": ("explorer_nuclei.html", "nuclei: many small objects of one class"),
    "photos": ("explorer_photos.html", "photos: people, animals, vehicles, cups"),
}


def fetch_runtime() -> Runtime:
    """onnxruntime-web from npm, or from build/npm, where an earlier call kept it."""
    with tarfile.open(fetch("onnxruntime-web", VERSION, SHA512)) as files:

        def read(name):
            return files.extractfile(f"package/dist/{name}").read()

        return Runtime(read("ort.wasm.bundle.min.mjs"), read("ort-wasm-simd-threaded.wasm"))


def make_explorer(name: str, runtime: Runtime) -> str:
    """The explorer of a model that ships, as HTML."""
    model = mrx.load(name)
    others = [
        dict(title=title, href=file, here=other == name) for other, (file, title) in FILES.items()
    ]
    page = visible_page(model.config)
    photos = example_photos(name)
    return explorer(model.config, export_parts(model), runtime, photos, page, others=others)


def main() -> None:
    names = sys.argv[1:] or list(FILES)
    unknown = sorted(set(names) - set(FILES))
    if unknown:
        sys.exit(f"No explorer for {', '.join(unknown)}; there are: {', '.join(FILES)}.")
    runtime = fetch_runtime()
    for name in names:
        path = BUILD / FILES[name][0]
        write_bytes(path, make_explorer(name, runtime).encode())
        print(f"build/{path.name}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
