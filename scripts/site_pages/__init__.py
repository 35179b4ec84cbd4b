"""The parts of `make site` that come before Sphinx: pages collected, links turned, pages made."""
