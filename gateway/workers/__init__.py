"""Who does the chunks of bulk jobs: processes of this machine."""

from gateway.workers.processes import Processes

__all__ = ["Processes"]
