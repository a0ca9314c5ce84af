"""Money: exact decimals at a currency's minor unit.

Source of the exponents: ISO 4217, list one (active codes). Currencies without a minor unit that money is
kept in (gold, test codes) are left out: such an invoice is refused on import.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

MAX_DIGITS = 16
"""The digits that an amount may have in all: the length of Amount in the legacy's field descriptions."""

MAX_WHOLE_DIGITS = 26
MAX_DECIMALS = 12
"""What any number kept here may have before and after its point, quantities, prices and rates too."""

# Wider than the longest number that is read (60 characters) at any minor unit; an amount is judged by its
# digits only after it was rounded, so nothing may be rounded, or refused, by the context.
_EXACT = Context(prec=100)

# The minor unit of a currency with no decimals, with one, and so on.
_MINOR_UNITS = tuple(Decimal(1).scaleb(-digits) for digits in range(MAX_DECIMALS + 1))

_TWO_DIGITS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
    "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN "
    "UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"
)
_MINOR_UNIT_DIGITS: dict[str, int] = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def minor_unit_digits(currency: str, also: Mapping[str, int] | None = None) -> int | None:
    """Return how many decimals a currency has, or None for an unknown one.

    Args:
        currency: The ISO 4217 code, in capitals.
        also: Further currencies that the tenant bills in, with their decimals; they come first.
    """
    if also and currency in also:
        return also[currency]
    return _MINOR_UNIT_DIGITS.get(currency)


def round_to_minor_unit(amount: Decimal, digits: int) -> Decimal:
    """Round half-up to a currency's minor unit.

    Callers send floating-point sums such as 9.989999999999997; the legacy rounds them half-up (source:
    a comment in guardian/support-service-lambdas, whose code adjusts invoices through that interface).
    """
    return amount.quantize(_MINOR_UNITS[digits], ROUND_HALF_UP, _EXACT)


def share_of(amount: Decimal, part: Decimal, whole: Decimal, digits: int) -> Decimal:
    """Return ``amount * part / whole`` at a currency's minor unit, rounded half-up once."""
    return round_to_minor_unit(_EXACT.divide(_EXACT.multiply(amount, part), whole), digits)


def is_at_minor_unit(amount: Decimal, digits: int) -> bool:
    """Say whether an amount is no finer than its currency; trailing zeros do not count."""
    return amount == round_to_minor_unit(amount, digits)


def count_digits(amount: Decimal) -> int:
    """Count the digits of an amount in all, trailing zeros after the point and leading zeros apart."""
    _, digits, exponent = amount.normalize(_EXACT).as_tuple()
    assert isinstance(exponent, int), "an amount is finite"
    return max(len(digits) + max(exponent, 0), -exponent)


def is_too_long(amount: Decimal, digits: int) -> bool:
    """Say whether an amount at a currency's minor unit has more digits in all than an amount may have."""
    # The place of its first digit is quick to see, and says enough of all but the longest.
    return amount.adjusted() + digits >= MAX_DIGITS and count_digits(amount) > MAX_DIGITS


def check_digits(number: Decimal) -> None:
    """Raise ValueError for a number that is longer than what is kept here."""
    digits, exponent = number.normalize(_EXACT).as_tuple()[1:]
    assert isinstance(exponent, int), "a number is finite"
    if len(digits) + exponent > MAX_WHOLE_DIGITS or -exponent > MAX_DECIMALS:
        raise ValueError(
            f"{number} has more than {MAX_WHOLE_DIGITS} digits before or {MAX_DECIMALS} after its point"
        )
