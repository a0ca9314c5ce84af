"""Make Spyne 2.14.0 (2022, the last release) importable on Python 3.12 and later. Import it before Spyne.

Spyne carries its own copy of six 1.14, whose importer lacks ``find_spec``, which Python 3.12 requires.
Running the current six under the vendored name makes its importer answer for ``spyne.util.six.moves`` too;
nothing is patched in any file. Upstream has the same change on its main branch since 2023, unreleased.
"""

import importlib.util
import logging
import sys
import warnings

import six

with warnings.catch_warnings():
    # Spyne imports it; Python 3.11 and 3.12 deprecate it, and a caller's own tests may make that an error.
    warnings.simplefilter("ignore", DeprecationWarning)
    import cgi  # noqa: F401


def _install() -> None:
    name = "spyne.util.six"
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(name, six.__file__)
    assert spec is not None, "six is one file"
    assert spec.loader is not None, "a file has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    # The one thing that Spyne added to its copy.
    module.get_function_name = lambda function: function.__name__  # type: ignore[attr-defined]


_install()

# Spyne logs whole request documents, passwords among them, and every fault with its traceback. The gateway
# writes its own lines, without secrets.
logging.getLogger("spyne").setLevel(logging.CRITICAL + 1)

import spyne.const  # noqa: E402  # only importable from here on

# By default Spyne collects garbage after a request, up to once a second.
spyne.const.MIN_GC_INTERVAL = float("inf")
