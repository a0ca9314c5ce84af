"""Which versions of the contract are served, and what a version decides."""

OLDEST = 23
"""The first version whose calls take InvoiceItemAdjustment (the product's documentation of the object)."""

NEWEST = 153
"""The newest version, which a WSDL request without a version gets.

Source: https://docs.zuora.com/en/zuora-platform/integration/apis/soap-api (version history, read 2025-12-24).
"""

FIRST_WITH_DATES = 69
"""From here on business dates are xs:date; before, xs:dateTime at the tenant's midnight.

Source: https://docs.zuora.com/en/zuora-platform/integration/apis/soap-api (date field changes in the
WSDL), and the real WSDLs up to 63 beside 78 and 81.
"""


def parse_version(text: str) -> int | None:
    """Return the version that a path or query names as ``78.0`` or ``78``, or None if it names none."""
    major, _, minor = text.partition(".")
    if not (major.isascii() and major.isdigit() and len(major) <= 3 and minor in ("", "0")):
        return None
    return int(major)
