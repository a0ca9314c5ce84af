"""Which versions of the contract are served, and what a version decides."""

NEWEST = 78
"""The version that a WSDL request without a version gets."""

SERVED = (78,)
"""The versions that have an endpoint."""

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
