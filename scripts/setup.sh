#!/bin/sh
# Prepare a virtual environment from the locked requirements: setup.sh VENV PYTHON
set -eu
venv=$1
python=${2:-}

missing() {
    echo "setup: $1" >&2
    exit 1
}

[ -n "$python" ] || missing "Python 3.11, 3.12 or 3.13 is needed and none was found.
  Debian 12, Ubuntu: apt-get install python3 python3-venv. Any other: https://www.python.org/downloads/
  Or name one: make setup PYTHON=/path/to/python3.11"
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing "$python has no venv module.
  Debian, Ubuntu: apt-get install $(basename "$python")-venv"

echo "Setting up $venv with $("$python" --version) ..."
rm -f "$venv/.ready"
"$python" -m venv --clear "$venv"
install() {
    "$venv/bin/python" -m pip --disable-pip-version-check install --quiet "$@" ||
        missing "pip could not install (its message is above). A way to PyPI, or to a mirror of it in pip's configuration, is needed."
}
install --require-hashes -r requirements/build.txt
# No build isolation: what builds Spyne and the gateway is locked too.
install --no-build-isolation --require-hashes -r requirements/dev.txt
install --no-build-isolation --no-deps --editable .
touch "$venv/.ready"
