"""Exporting to the books: what was done to adjustments, in the order in which it was done."""

from gateway.service.exports.columns import EXPORT_COLUMNS
from gateway.service.exports.exporting import Exported, Exporting, Position

__all__ = ["EXPORT_COLUMNS", "Exported", "Exporting", "Position"]
