"""The SOAP door: the legacy's envelopes in, one use case called, the legacy's envelopes out.

The only package that imports Spyne. Spyne carries services, dispatch, headers and WSGI; ``protocol`` carries
the bytes, ``wsdl`` the contract, ``endpoint`` everything that must hold before Spyne.
"""

from gateway.soap import compat  # noqa: F401  # before anything of Spyne is imported
from gateway.soap.application import UseCases
from gateway.soap.endpoint import Endpoint

__all__ = ["Endpoint", "UseCases"]
