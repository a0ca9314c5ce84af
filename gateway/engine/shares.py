"""Sharing an amount out in proportion, to the minor unit, with nothing lost and nothing made."""

from collections.abc import Sequence
from decimal import Decimal


def share_out(amount: Decimal, weights: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Share an amount out in proportion to weights: each is floored, the rest goes by largest remainder.

    Args:
        amount: At the minor unit, from zero to the sum of the weights.
        weights: At the minor unit, none negative.
        digits: The decimals of the minor unit.

    Returns a share for each weight, never above it; together they are the amount. Of equal remainders the
    earlier one comes first.
    """
    units = _units(amount, digits)
    weights_in_units = [_units(weight, digits) for weight in weights]
    whole = sum(weights_in_units)
    if whole == 0:
        return [Decimal(0)] * len(weights)
    shares, remainders = [], []
    for weight in weights_in_units:
        share, remainder = divmod(units * weight, whole)
        shares.append(share)
        remainders.append(remainder)
    rest = units - sum(shares)
    # The rest is fewer units than there are remainders, so no share passes its weight.
    for position in sorted(range(len(shares)), key=lambda i: -remainders[i])[:rest]:
        shares[position] += 1
    return [Decimal(share).scaleb(-digits) for share in shares]


def fill_up(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Take each weight in full, in order, until the amount is used up; the last one may be part of it."""
    shares = []
    left = amount
    for weight in weights:
        share = min(weight, left)
        shares.append(share)
        left -= share
    return shares


def _units(amount: Decimal, digits: int) -> int:
    return int(amount.scaleb(digits))
