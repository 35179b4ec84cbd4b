#!/bin/sh
# Make .venv and install the course into it: sh scripts/setup.sh [PYTHON]
# Needs a Python 3.11 to 3.13 with venv; PYTHON says which, else the newest one found is taken.
set -eu
cd "$(dirname "$0")/.."

fits() { # by running it: a name on the PATH may be an empty shell, as pyenv's shims are
    "$1" -c 'import sys, ensurepip, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in "$@"; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    {
        echo "The course needs Python 3.11, 3.12 or 3.13 with its venv module. Tried:"
        for candidate in "$@"; do
            echo "  $candidate: $("$candidate" --version 2>/dev/null || echo not found)"
        done
        echo "Install one (on Debian and Ubuntu also python3-venv), or name yours:"
        echo "  make setup PYTHON=/path/to/python3.12"
    } >&2
    return 1
}

if [ -n "${1:-}" ] || ! fits .venv/bin/python; then
    if [ -n "${1:-}" ]; then
        python=$(find_python "$1")
    else
        python=$(find_python python3.13 python3.12 python3.11 python3 python)
    fi
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
echo "Installing the course and what it needs; the first time this takes some minutes."
.venv/bin/python -m pip install --disable-pip-version-check --editable ".[lab,test,dev,site]"
