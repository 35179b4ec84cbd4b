"""The whole explorer, as readers see it, in windows of Chromium."""

import contextlib

from explorer_pages import runtime

from maskrcnn_explained.export.onnx_parts import export_parts
from maskrcnn_explained.pages.explorer.document import explorer
from maskrcnn_explained.pages.explorer.example_photos import example_photos
from maskrcnn_explained.pages.explorer.page_parts import visible_page


def whole_explorer(model):
    """The page of a model with two photographs, as HTML; a test is skipped where npm is absent."""
    parts = runtime()
    photos = example_photos(model.config.name)[:2]
    page = visible_page(model.config)
    return explorer(model.config, export_parts(model), parts, photos, page, others=[])


@contextlib.contextmanager
def open_windows(browser, address):
    """Gives a function (width, height) that opens the page; and a list of all that went wrong."""
    contexts, trouble = [], []

    def open_one(width, height, **more):
        size = dict(width=width, height=height)
        contexts.append(browser.new_context(viewport=size, reduced_motion="reduce", **more))
        page = contexts[-1].new_page()
        page.on("console", lambda m: trouble.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda r: None if _inside(r.url) else trouble.append(r.url))
        page.goto(address)
        return page

    yield open_one, trouble
    for context in contexts:
        context.close()


def _inside(url):
    return url.startswith(("file:", "data:", "blob:"))
