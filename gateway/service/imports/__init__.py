"""Importing billing data from CSV: files, headers and rows read, rules decided, chunks written."""

from gateway.service.imports.importing import Importing, OnError
from gateway.service.imports.results import ImportResult, Progress

__all__ = ["ImportResult", "Importing", "OnError", "Progress"]
