"""The JSON doors: the legacy's actions and objects, and tokens, over the same use cases as the SOAP door."""

from gateway.rest.door import PATHS, JsonDoor, UseCases

__all__ = ["PATHS", "JsonDoor", "UseCases"]
