"""The report of the coins."""

import pytest
from explorer_pages import until
from skimage import data

from maskrcnn_explained.pages.report.document import report
from maskrcnn_explained.tracing import trace as tracing


@pytest.fixture(scope="module")
def coins(trained):
    return tracing.trace(trained, data.coins(), 0.7, keep=tracing.RECOMPUTED)


@pytest.fixture(scope="module")
def page_of_coins(coins):
    return report(coins, "The coins")


@pytest.fixture
def open_report(open_page):
    """Open a report, and wait until it shows its numbers."""

    def open_one(page_text):
        page = open_page(page_text)
        return until(page, "window.explorer?.result && byId('progress').hidden")

    return open_one
