"""How long the explorer takes for a photograph with one, two and four threads.

    make explorer
    python scripts/explorer_threads.py

A server on this machine gives build/explorer.html with the two headers that allow threads, and
Chromium runs its worker once for each number of threads, in turn, so that all see the same machine.
It prints the table of CONTRIBUTING.md. Names as arguments: explorer_nuclei, explorer_photos.
"""

from __future__ import annotations

import functools
import http.server
import pathlib
import shutil
import statistics
import sys
import threading
from typing import Any

from skimage import data

from maskrcnn_explained.pages.explorer.document import explorer_settings
from maskrcnn_explained.presets import get_config

BUILD = pathlib.Path(__file__).parent.parent / "build"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
THREADS = (1, 2, 4)
ROUNDS = 15
NETWORKS = ("trunk", "box_head", "mask_head")
# A worker of the page's own, and a function that lets it walk an image: milliseconds per stage.
START = """async ([name, threads]) => {
  const html = await (await fetch(name + ".html")).text();
  const page = new DOMParser().parseFromString(html, "text/html");
  const text = (id) => page.getElementById(id).textContent;
  const script = new Blob([text("worker")], {type: "text/javascript"});
  const worker = new Worker(URL.createObjectURL(script));
  const names = ["runtime", "wasm", "trunk", "box_head", "mask_head"];
  const hear = (wanted) => new Promise((done, fail) => worker.onmessage = ({data}) => {
    if (data.type === wanted) done(data);
    if (data.type === "error") fail(data.message);
  });
  worker.postMessage({type: "parts", parts: Object.fromEntries(names.map((n) => [n, text(n)]))});
  worker.postMessage({type: "start", threads});
  await hear("ready");
  window.walk = async (grey, height, width, settings) => {
    const pixels = new Uint8ClampedArray(grey.flatMap((v) => [v, v, v, 255]));
    worker.postMessage({type: "walk", id: 1, pixels, height, width, settings});
    return (await hear("result")).result.ms;
  };
  return crossOriginIsolated;
}"""


class Isolated(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, with the headers without which a page has no shared memory."""

    def end_headers(self) -> None:
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the table is what matters."""


def measure(browser: Any, address: str, name: str) -> dict[int, list[dict[str, float]]]:
    """Milliseconds per stage, in every round, for each number of threads."""
    coins = data.coins()
    preset = name.partition("_")[2] or "scenes"
    given = [coins.ravel().tolist(), *coins.shape, explorer_settings(get_config(preset))]
    pages, found = {}, {threads: [] for threads in THREADS}
    for threads in THREADS:
        pages[threads] = browser.new_page()
        pages[threads].goto(address)
        if not pages[threads].evaluate(START, [name, threads]):
            raise RuntimeError("The page is not isolated, so it has one thread only.")
    for turn in range(ROUNDS + 1):
        for threads, page in pages.items():
            stages = page.evaluate("(given) => walk(...given)", given)
            if turn:  # the first is a rehearsal
                found[threads].append(stages)
    return found


def row(name: str, threads: int, found: dict[int, list[dict[str, float]]]) -> str:
    """A line of the table: medians, and the median of the ratios to one thread."""
    networks = [sum(stages[n] for n in NETWORKS) for stages in found[threads]]
    whole = [sum(stages.values()) for stages in found[threads]]
    alone = [sum(stages.values()) for stages in found[1]]
    ratio = statistics.median(w / a for w, a in zip(whole, alone, strict=True))
    others = statistics.median(w - n for w, n in zip(whole, networks, strict=True))
    cells = [statistics.median(networks), others, statistics.median(whole)]
    return f"| `{name}` | {threads} | {' | '.join(f'{c:.0f}' for c in cells)} | {ratio:.2f} |"


def main() -> None:
    from playwright.sync_api import sync_playwright

    names = sys.argv[1:] or ["explorer", "explorer_nuclei"]
    handler = functools.partial(Isolated, directory=str(BUILD))
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        sys.exit("There is no Chromium: install one.")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    with server, sync_playwright() as play:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = play.chromium.launch(executable_path=chromium)
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        print("| page | threads | networks, ms | JavaScript, ms | together, ms | ratio |")
        print("| --- | --- | --- | --- | --- | --- |")
        for name in names:
            found = measure(browser, address, name)
            for threads in THREADS:
                print(row(name, threads, found), flush=True)
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
