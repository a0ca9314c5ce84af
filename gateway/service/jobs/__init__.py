"""Bulk jobs: adjustments from files, reversals and cancellations of many, chunk by chunk and resumable."""

from gateway.service.jobs.chunks import Chunks
from gateway.service.jobs.jobs import Jobs
from gateway.service.jobs.planning import Layout, Spool
from gateway.service.jobs.results import ResultFile
from gateway.service.jobs.rows import Chunk, JobFiles, JobRow
from gateway.service.jobs.running import Doing, Run, Tally

__all__ = [
    "Chunk",
    "Chunks",
    "Doing",
    "JobFiles",
    "JobRow",
    "Jobs",
    "Layout",
    "ResultFile",
    "Run",
    "Spool",
    "Tally",
]
