"""The tenant's settings, and what the engine gets of what accountants keep."""

from dataclasses import fields
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.service.failures import InvalidArgument
from gateway.service.tenant import (
    AccountingCode,
    Configuration,
    ReasonCode,
    TenantSettings,
    read_tenant_settings,
)

every_setting = pytest.mark.parametrize("setting", fields(TenantSettings), ids=lambda f: f.name)


@every_setting
def test_each_setting_is_written_and_read_back(setting) -> None:
    texts = TenantSettings().texts()
    assert read_tenant_settings({setting.name: texts[setting.name]}) == TenantSettings()
    other = {"time_zone": "Europe/Berlin"}.get(setting.name) or (
        str(not setting.default).lower() if isinstance(setting.default, bool) else "3"
    )
    changed = TenantSettings().with_text(setting.name, other)
    assert changed.texts() == {**texts, setting.name: other}
    assert type(getattr(changed, setting.name)) is type(setting.default)


@every_setting
def test_each_setting_says_what_it_means(setting) -> None:
    assert setting.metadata["meaning"].endswith(".")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("counter_adjustments", "yes", "counter_adjustments is true or false, not 'yes'"),
        ("max_records", "0", "a whole number from 1 to 10000"),
        ("max_records", "10001", "a whole number from 1 to 10000"),
        ("max_records", "٣", "a whole number from 1 to 10000"),
        ("max_records", "1" * 12, "a whole number from 1 to 10000"),
        ("idempotency_days", "3651", "a whole number from 1 to 3650"),
        ("time_zone", "Nowhere/Else", "an IANA time zone"),
        ("time_zone", "../../etc/passwd", "an IANA time zone"),
        ("time_zone", "x" * 300, "an IANA time zone"),
        ("colour", "blue", "There is no setting 'colour'; there are counter_adjustments,"),
    ],
)
def test_what_a_setting_cannot_be_is_refused(name: str, text: str, words: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        TenantSettings().with_text(name, text)
    assert words in str(caught.value)


def test_settings_are_read_as_what_they_mean() -> None:
    settings = read_tenant_settings({"time_zone": "Europe/Berlin", "idempotency_days": "2", "strict": "TRUE"})
    assert settings.zone == ZoneInfo("Europe/Berlin")
    assert settings.idempotency_life == timedelta(days=2)
    assert settings.strict is True


def test_the_engine_gets_what_is_active_and_the_default() -> None:
    configuration = Configuration(
        reason_codes=(ReasonCode("A", is_default=True), ReasonCode("B"), ReasonCode("C", active=False)),
        accounting_codes=(AccountingCode("1"), AccountingCode("2", active=False)),
    )
    reason_codes = configuration.master.reason_codes
    assert reason_codes is not None
    assert (reason_codes.active, reason_codes.default) == (frozenset("AB"), "A")
    assert configuration.master.accounting_codes == frozenset("1")


def test_without_reason_codes_any_is_taken() -> None:
    assert Configuration().master.reason_codes is None
