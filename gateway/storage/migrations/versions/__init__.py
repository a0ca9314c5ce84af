"""One module for each revision, oldest first; what has been released is not edited."""

__all__: list[str] = []
