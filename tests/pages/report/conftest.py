"""The report of the coins."""

import pytest
from skimage import data

from maskrcnn_explained.pages.report.document import report
from maskrcnn_explained.tracing import trace as tracing


@pytest.fixture(scope="module")
def coins(trained):
    return tracing.trace(trained, data.coins(), 0.7, keep=tracing.RECOMPUTED)


@pytest.fixture(scope="module")
def page_of_coins(coins):
    return report(coins, "The coins")
