"""One Spyne application for each version of the contract, over the same use cases."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spyne import Application
from spyne.server.wsgi import WsgiApplication

from gateway.contract.fields import Feature
from gateway.contract.namespaces import API
from gateway.contract.published import DEFAULT_FEATURES, Published
from gateway.http.troubles import log_cause
from gateway.service import Adjusting, Configurations, Failure, Querying, Sessions
from gateway.soap.faults import ApiFault, to_fault, unexpected
from gateway.soap.protocol import ContractProtocol
from gateway.soap.services import ContractService
from gateway.soap.types import OBJECT_MODELS
from gateway.soap.wsdl import render_wsdl


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the SOAP door needs of the service, and of the settings."""

    configurations: Configurations
    sessions: Sessions
    adjusting: Adjusting
    querying: Querying
    public_url: str
    features: frozenset[Feature] = DEFAULT_FEATURES


class ContractApplication(Application):  # type: ignore[misc]  # Spyne is untyped
    """The Spyne application of one version.

    Attributes:
        address: The URL of this version's endpoint, from the settings, never from a request.
    """

    def __init__(self, version: int, use_cases: UseCases) -> None:
        self.use_cases = use_cases
        self.address = f"{use_cases.public_url}/apps/services/a/{version}.0"
        self.version = version
        super().__init__(
            [ContractService],
            tns=API,
            in_protocol=ContractProtocol(version),
            out_protocol=ContractProtocol(version),
            classes=OBJECT_MODELS,
        )

    def wsdl(self) -> bytes:
        """Return this version's WSDL as the tenant has it now: no Host header can get into it."""
        catalog = self.use_cases.configurations.current().catalog
        return _rendered(Published(self.version, self.use_cases.features, catalog), self.address)

    def call_wrapper(self, ctx: Any) -> Any:
        """Run an operation; what it raises becomes a fault, a bug one that tells only its request id."""
        try:
            return super().call_wrapper(ctx)
        except Failure as failure:
            log_cause(failure, ctx.transport.req_env)
            raise to_fault(failure) from failure
        except ApiFault:
            raise
        except Exception as error:
            raise unexpected(ctx.transport.req_env) from error


@lru_cache(maxsize=64)
def _rendered(published: Published, address: str) -> bytes:
    return render_wsdl(published, address)


def wsgi_application(version: int, use_cases: UseCases, max_body_bytes: int) -> WsgiApplication:
    """Return the WSGI application of one version's endpoint."""
    # The body is whole and unpacked when it comes here, so its length is known.
    return WsgiApplication(ContractApplication(version, use_cases), max_content_length=max_body_bytes)
