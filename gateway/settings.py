"""The settings of a process: one frozen value, read once from the environment.

``docs/settings.md`` lists them. A command's options come before the environment; nothing else is read. What
the tenant decides is in the database: ``gateway.service.tenant``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import Any, Self

from gateway.contract.fields import Feature


class SettingError(ValueError):
    """A variable's value is none that it may have; the message names both."""


_OF_THE_TENANT = ("counter_adjustments", "max_records", "strict", "time_zone")
"""Settings that were variables once: a gateway must not go on without one in silence."""

_CURRENCY = re.compile("[A-Z]{3}=([0-9]|1[0-2])")
"""What the store keeps: codes of three letters, amounts with up to 12 decimals."""


def _setting(env: str, default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"env": env, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator can change. Each field's metadata has its variable and its meaning."""

    database_url: str = _setting(
        "GATEWAY_DATABASE_URL",
        "sqlite:///gateway.db",
        "Where everything is kept: a SQLAlchemy URL of SQLite, PostgreSQL (postgresql+psycopg://) or "
        "MariaDB (mariadb+pymysql://).",
    )
    public_url: str = _setting(
        "GATEWAY_PUBLIC_URL",
        "",
        "The address by which clients reach the gateway, such as https://billing.example.com. The WSDL and "
        "login's ServerUrl name it, never a request's Host header. Empty: the listening address, or the "
        "machine's name where that is 0.0.0.0 or ::.",
    )
    host: str = _setting("GATEWAY_HOST", "127.0.0.1", "The address to listen on.")
    port: int = _setting("GATEWAY_PORT", 8080, "The port to listen on.")
    workers: int = _setting(
        "GATEWAY_WORKERS", 2, "Worker processes. One for each core that the gateway may use."
    )
    threads: int = _setting(
        "GATEWAY_THREADS",
        4,
        "Calls that a worker handles at once. More only helps while calls wait for the database.",
    )
    max_body_bytes: int = _setting(
        "GATEWAY_MAX_BODY_BYTES",
        10_000_000,
        "The largest request body, packed or unpacked. A call of 50 full records has about 150,000 bytes.",
    )
    body_seconds: int = _setting(
        "GATEWAY_BODY_SECONDS",
        60,
        "How long a client may take to send a body. It holds no worker meanwhile.",
    )
    header_seconds: int = _setting(
        "GATEWAY_HEADER_SECONDS",
        30,
        "How long a client may take to send its headers, and how long an idle connection is kept.",
    )
    connections: int = _setting(
        "GATEWAY_CONNECTIONS",
        512,
        "Open connections that a worker serves; further ones wait. Most systems allow a process 1,024 files.",
    )
    stop_seconds: int = _setting(
        "GATEWAY_STOP_SECONDS",
        30,
        "How long requests in flight may take to finish when the gateway is stopped.",
    )
    max_waiting: int = _setting(
        "GATEWAY_MAX_WAITING",
        64,
        "Complete requests that may wait for a thread of a worker; beyond, 503 with Retry-After, so that a "
        "client learns in time that it should come back.",
    )
    lock_wait_seconds: int = _setting(
        "GATEWAY_LOCK_WAIT_SECONDS",
        10,
        "How long a call waits for another call's invoices before it is tried again or refused.",
    )
    heartbeat_seconds: int = _setting(
        "GATEWAY_HEARTBEAT_SECONDS",
        10,
        "How often a `gateway worker` says that it lives. After three that did not come, another worker does "
        "its chunk.",
    )
    session_minutes: int = _setting(
        "GATEWAY_SESSION_MINUTES", 15, "How long a session lives after its last use."
    )
    session_hours: int = _setting("GATEWAY_SESSION_HOURS", 8, "How long a session lives at most.")
    tenant_id: str = _setting("GATEWAY_TENANT_ID", "1", "TenantId in getUserInfo.")
    tenant_name: str = _setting("GATEWAY_TENANT_NAME", "Gateway", "TenantName in getUserInfo.")
    currencies: str = _setting(
        "GATEWAY_CURRENCIES",
        "",
        "Currencies beyond ISO 4217 with their decimals, such as BTC=8,XAU=4: codes of 3 capital letters, at "
        "most 12 decimals. An invoice in a currency that nobody knows is refused on import.",
    )
    features: str = _setting(
        "GATEWAY_FEATURES",
        "query-more,custom-fields",
        "The tenant's features, with commas between: query-more, credit-balance, custom-fields, "
        "customer-hierarchy, finance, invoice-adjustments, item-balances, revenue-integration. They decide "
        "what the served WSDL shows; every field and operation is answered whatever it shows.",
    )
    log_level: str = _setting(
        "GATEWAY_LOG_LEVEL", "INFO", "The least severe log lines to write: DEBUG, INFO, WARNING, ERROR."
    )

    @property
    def session_idle(self) -> timedelta:
        """How long a session lives after its last use."""
        return timedelta(minutes=self.session_minutes)

    @property
    def session_longest(self) -> timedelta:
        """How long a session lives at most."""
        return timedelta(hours=self.session_hours)

    @property
    def shown_features(self) -> frozenset[Feature]:
        """The features that the served WSDL shows."""
        return frozenset(Feature(name) for name in self.features.replace(" ", "").split(",") if name)

    @property
    def own_currencies(self) -> dict[str, int]:
        """The tenant's own currencies with their decimals."""
        pairs = [pair for pair in self.currencies.replace(" ", "").split(",") if pair]
        if not all(map(_CURRENCY.fullmatch, pairs)):
            raise ValueError(self.currencies)
        return {pair[:3]: int(pair[4:]) for pair in pairs}

    def with_options(self, **options: Any) -> Self:
        """Return the settings with a command's options before them; an option that is None was not given.

        Raises:
            SettingError: A value is none that its setting may have.
        """
        settings = replace(self, **{name: value for name, value in options.items() if value is not None})
        _check(settings)
        return settings


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        SettingError: A value is none that its setting may have.
    """
    values: dict[str, Any] = {}
    for name in _OF_THE_TENANT:
        text = environment.get(f"GATEWAY_{name.upper()}", "")
        if text:
            raise SettingError(
                f"GATEWAY_{name.upper()} is a setting of the tenant now: unset it and run "
                f"`gateway settings set {name} {text}`"
            )
    for setting in fields(Settings):
        text = environment.get(setting.metadata["env"], "")
        if text:
            values[setting.name] = _read(setting.metadata["env"], text, type(setting.default))
    return Settings(**values).with_options()


def is_unicode(text: str) -> bool:
    """Say whether a text from the environment or the command line was UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _read(name: str, text: str, kind: type) -> Any:
    if kind is int:
        if not (text.isascii() and text.isdigit()) or len(text) > 12:
            raise SettingError(f"{name} is {text!r}; it must be a whole number")
        return int(text)
    return text


def _check(settings: Settings) -> None:
    """Refuse values that would only fail later, in the middle of somebody's call."""
    _check_text(settings)
    for name in (
        "workers", "threads", "max_body_bytes", "body_seconds", "header_seconds", "connections",
        "stop_seconds", "max_waiting", "lock_wait_seconds", "heartbeat_seconds", "session_minutes",
        "session_hours",
    ):  # fmt: skip
        if getattr(settings, name) < 1:
            raise SettingError(f"{_variable(name)} must be at least 1")
    if settings.port > 65535:
        raise SettingError(f"{_variable('port')} is {settings.port}; the highest port is 65535")
    _check_readable(settings)
    if settings.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise SettingError(f"{_variable('log_level')} is {settings.log_level!r}")
    if settings.public_url and not settings.public_url.startswith(("http://", "https://")):
        raise SettingError(f"{_variable('public_url')} must begin with http:// or https://")


def _check_readable(settings: Settings) -> None:
    """Refuse texts that their settings cannot be read from."""
    try:
        _ = settings.own_currencies
    except ValueError as error:
        raise SettingError(
            f"{_variable('currencies')} is {settings.currencies!r}; it must be like BTC=8,XAU=4: "
            "codes of 3 capital letters, at most 12 decimals"
        ) from error
    try:
        _ = settings.shown_features
    except ValueError as error:
        known = ", ".join(Feature)
        raise SettingError(
            f"{_variable('features')} is {settings.features!r}; it may name {known}"
        ) from error


def _check_text(settings: Settings) -> None:
    for setting in fields(Settings):
        # Bytes that are no UTF-8 come as halves of surrogate pairs, which nothing can store or send. The
        # value is not shown: it may hold a password.
        if not is_unicode(str(getattr(settings, setting.name))):
            raise SettingError(f"{_variable(setting.name)} is no text; it must be UTF-8")


def _variable(name: str) -> str:
    return next(str(f.metadata["env"]) for f in fields(Settings) if f.name == name)
