"""The production server: granian receives, a small asynchronous front buffers, a bounded pool runs WSGI."""

from gateway.server.front import Front, Limits
from gateway.server.serving import AddressInUseError, ServerFailedError, serve
from gateway.server.wsgi import Reply, WsgiApp, call

__all__ = ["AddressInUseError", "Front", "Limits", "Reply", "ServerFailedError", "WsgiApp", "call", "serve"]
