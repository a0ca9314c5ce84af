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

rm -f "$venv/.ready"
install() {
    "$venv/bin/python" -m pip --disable-pip-version-check install -qq "$@" ||
        missing "pip could not install (its message is above). A way to PyPI, or to a mirror of it in pip's configuration, is needed."
}
# What is locked is installed once for each lock; the stamp holds the locks that it was made from.
locks=$(cat requirements/build.txt requirements/dev.txt)
if [ "$(cat "$venv/.locks" 2>/dev/null)" != "$locks" ]; then
    echo "Setting up $venv with $("$python" --version) ..."
    "$python" -m venv --clear "$venv"
    install --require-hashes -r requirements/build.txt
    # No build isolation: what builds Spyne and the gateway is locked too.
    install --no-build-isolation --require-hashes -r requirements/dev.txt
    printf '%s\n' "$locks" >"$venv/.locks"
fi
install --no-build-isolation --no-deps --editable .
touch "$venv/.ready"
