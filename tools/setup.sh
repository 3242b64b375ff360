#!/usr/bin/env bash
# Make .venv from a locked list: tools/setup.sh run|dev
# Needs Python >= 3.11 and pip. Where Debian's python3-venv is missing, virtualenv is
# taken with pip into .build, since Debian's pip refuses to install beside the system's Python.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?usage: tools/setup.sh run|dev}
python=${PYTHON:-python3}
"$python" - <<'PY' || { echo "comity: Python 3.11 or newer is needed (set PYTHON=...)" >&2; exit 2; }
import sys
sys.exit(sys.version_info < (3, 11))
PY
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  rm -rf .venv
  if ! "$python" -m venv .venv >/dev/null 2>&1; then
    rm -rf .venv
    echo "setup: no venv module here; taking virtualenv with pip" >&2
    "$python" -m pip install -q --disable-pip-version-check --target .build/virtualenv virtualenv
    PYTHONPATH=.build/virtualenv "$python" -m virtualenv -q .venv
  fi
fi
echo "setup: installing requirements/$kind.lock" >&2
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "requirements/$kind.lock" 2> >(grep -v "^WARNING: Location" >&2)
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2> >(grep -v "^WARNING: Location" >&2)
touch ".venv/$kind.ready"
[ "$kind" = run ] || touch .venv/run.ready
