"""``python -m gateway`` is the command ``gateway``; it needs more than `gateway.client` does."""

import sys


def main() -> None:
    """Run the command line, or say in a line what is not installed."""
    try:
        from gateway.cli import main as command  # noqa: PLC0415  # it may be missing what it imports
    except ModuleNotFoundError as missing:
        if (missing.name or "gateway").startswith("gateway"):
            raise
        sys.exit("install adjustment-gateway[server]")
    command()


if __name__ == "__main__":
    main()
