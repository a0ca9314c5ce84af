"""Who does the chunks of bulk jobs: processes of this machine, or workers on any through a queue.

``queue`` needs the extra ``workers`` and is imported only where it is used.
"""

from gateway.workers.processes import Processes

__all__ = ["Processes"]
