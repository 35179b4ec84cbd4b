"""The command `doctor`: is this machine ready for the course? It needs no network."""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import platform
from collections.abc import Callable

from maskrcnn_explained._files import atomic_write, require_writable_file
from maskrcnn_explained.cli.finding import BAD, FINDING_STATES, Finding, worst
from maskrcnn_explained.cli.machine_checks import (
    check_browser,
    check_cores,
    check_disk,
    check_localhost,
    check_memory,
    check_notebooks,
    check_writable,
)
from maskrcnn_explained.cli.model_checks import check_model_run, check_weights
from maskrcnn_explained.cli.package_checks import (
    check_backend,
    check_jupyter,
    check_packages,
    check_python,
    check_quiz_package,
)

# The last one takes the longest, some seconds.
DOCTOR_CHECKS = (
    check_python,
    check_packages,
    check_backend,
    check_jupyter,
    check_quiz_package,
    check_memory,
    check_disk,
    check_cores,
    check_browser,
    check_writable,
    check_notebooks,
    check_localhost,
    check_weights,
    check_model_run,
)
DOCTOR_FORMAT, DOCTOR_VERSION = "maskrcnn_explained doctor", 1


def doctor_options(add: Callable[..., object]) -> None:
    """Add the options of the command to its parser."""
    text = "also write what was found, with the name of the machine"
    add("--json", type=pathlib.Path, metavar="FILE.json", help=text)


def doctor(arguments: argparse.Namespace) -> int:
    """Check whether this machine is ready for the course; say how to mend what is not."""
    if arguments.json is not None:
        require_writable_file(arguments.json, ".json")
    findings = []
    for check in DOCTOR_CHECKS:
        findings.append(check())
        print(findings[-1].line(), flush=True)
    print(doctor_summary(findings))
    if arguments.json is not None:
        with atomic_write(arguments.json) as temporary:
            temporary.write_text(doctor_json(findings), encoding="utf-8")
    return int(worst(findings) == BAD)


def doctor_summary(findings: list[Finding]) -> str:
    """One line: how many checks ended how, and whether this machine is ready."""
    states = [finding.state for finding in findings]
    counted = ", ".join(f"{states.count(state)} {state}" for state in FINDING_STATES)
    ready = "This machine is not ready" if BAD in states else "This machine is ready"
    return f"{ready}: {counted}."


def doctor_json(findings: list[Finding]) -> str:
    """The findings as JSON, with the name of the machine: for the log of a lab."""
    content = {
        "format": DOCTOR_FORMAT,
        "version": DOCTOR_VERSION,
        "machine": platform.node(),
        "system": platform.platform(),
        "state": worst(findings),
        "findings": [dataclasses.asdict(finding) for finding in findings],
    }
    return json.dumps(content, indent=1) + "\n"
