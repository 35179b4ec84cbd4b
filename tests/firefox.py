"""Firefox without a window, driven through WebDriver BiDi, which it speaks by itself: a WebSocket
of JSON. Only what the tests need: open a file, evaluate, and what the page complained of."""

import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import time

import pytest
from helpers import end_group

NAMES = ("firefox-esr", "firefox")


class Firefox:
    """One tab. `trouble`: errors of scripts, and addresses that were asked for outside of it."""

    def __init__(self, connection):
        self.connection = connection
        self.numbers = itertools.count(1)
        self.trouble = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method, **params):
        """A command and its answer; events that come between are looked at."""
        number = next(self.numbers)
        self.connection.send(json.dumps(dict(id=number, method=method, params=params)))
        while True:
            message = json.loads(self.connection.recv())
            if message.get("id") == number:
                assert message["type"] != "error", message
                return message["result"]
            self._hear(message)

    def _hear(self, message):
        params = message.get("params", {})
        if message["method"] == "log.entryAdded" and params["level"] == "error":
            self.trouble.append(params["text"])
        if message["method"] == "network.beforeRequestSent":
            url = params["request"]["url"]
            if not url.startswith(("file:", "data:", "blob:", "about:")):
                self.trouble.append(url)

    def open(self, url):
        self.send("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def evaluate(self, expression):
        """The value of an expression, or what it promises, as JSON carries it."""
        answer = self.send(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value))",
            target=dict(context=self.tab),
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))


@contextlib.contextmanager
def firefox(folder):
    """A Firefox whose profile is in `folder`; without one, the test is skipped."""
    websocket = pytest.importorskip("websocket", reason="websocket-client is not installed")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("no Firefox here (on Debian: apt install firefox-esr)")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--headless", "--no-remote", "--profile", str(folder)]
    process = subprocess.Popen(
        [path, *options, f"--remote-debugging-port={port}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"HOME": str(folder)},
    )
    try:
        yield Firefox(_connected(websocket, f"ws://127.0.0.1:{port}/session"))
    finally:
        end_group(process)


def _connected(websocket, address):
    end = time.monotonic() + 120
    while True:
        try:
            return websocket.create_connection(address, suppress_origin=True, timeout=300)
        except OSError:  # it is not up yet
            assert time.monotonic() < end, "Firefox does not answer"
            time.sleep(0.2)
