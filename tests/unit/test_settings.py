"""The settings: what the environment may say, what it may not, and who comes first."""

from dataclasses import FrozenInstanceError, fields
from datetime import timedelta

import pytest

from gateway.settings import SettingError, Settings, read_settings

NUMBERS = [f for f in fields(Settings) if type(f.default) is int]


def test_an_empty_environment_gives_the_defaults():
    assert read_settings({}) == Settings()


def test_an_empty_variable_is_none():
    assert read_settings({"GATEWAY_PORT": "", "GATEWAY_TIME_ZONE": ""}) == Settings()


def test_other_variables_are_nobodys_business():
    assert read_settings({"PORT": "1", "GATEWAY_NONSENSE": "1", "gateway_port": "1"}) == Settings()


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda f: f.name)
def test_each_setting_is_read_from_its_variable(setting):
    special = {
        "features": "item-balances",
        "currencies": "BTC=8",
        "log_level": "DEBUG",
        "public_url": "https://billing.example.com",
        "database_url": "sqlite:///other.db",
    }
    text = special.get(setting.name, "7")
    value = getattr(read_settings({setting.metadata["env"]: text}), setting.name)
    assert str(value).lower() == text.lower()
    assert type(value) is type(setting.default)
    assert value != setting.default


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda f: f.name)
def test_each_setting_has_a_variable_of_its_name_and_a_meaning(setting):
    assert setting.metadata["env"] == f"GATEWAY_{setting.name.upper()}"
    assert setting.metadata["meaning"].endswith((".", ")"))


def test_an_option_comes_before_the_environment():
    environment = {"GATEWAY_PORT": "1000", "GATEWAY_HOST": "::1"}
    settings = read_settings(environment).with_options(port=2000, host=None)
    assert (settings.port, settings.host) == (2000, "::1")


@pytest.mark.parametrize("setting", NUMBERS, ids=lambda f: f.name)
@pytest.mark.parametrize("text", ["x", "-1", "1.5", "1e3", "٣", "0x10", "9" * 13])
def test_what_is_no_whole_number_is_refused(setting, text):
    with pytest.raises(SettingError) as caught:
        read_settings({setting.metadata["env"]: text})
    assert str(caught.value) == f"{setting.metadata['env']} is {text!r}; it must be a whole number"


@pytest.mark.parametrize("setting", [f for f in NUMBERS if f.name != "port"], ids=lambda f: f.name)
def test_a_number_is_at_least_1(setting):
    with pytest.raises(SettingError, match=f"{setting.metadata['env']} must be at least 1"):
        read_settings({setting.metadata["env"]: "0"})


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        ("GATEWAY_PORT", "65536", "the highest port is 65535"),
        ("GATEWAY_CURRENCIES", "BTC", "it must be like BTC=8,XAU=4"),
        ("GATEWAY_CURRENCIES", "BTC=x", "it must be like BTC=8,XAU=4"),
        ("GATEWAY_CURRENCIES", "BTC=1=2", "it must be like BTC=8,XAU=4"),
        ("GATEWAY_CURRENCIES", "ETH=18", "at most 12 decimals"),
        ("GATEWAY_CURRENCIES", "BTC=30", "at most 12 decimals"),
        ("GATEWAY_CURRENCIES", "BTC=13", "at most 12 decimals"),
        ("GATEWAY_CURRENCIES", "BTC=-1", "at most 12 decimals"),
        ("GATEWAY_CURRENCIES", "BTC=٣", "at most 12 decimals"),
        ("GATEWAY_CURRENCIES", "USDC=6", "codes of 3 capital letters"),
        ("GATEWAY_CURRENCIES", "BT=8", "codes of 3 capital letters"),
        ("GATEWAY_CURRENCIES", "btc=8", "codes of 3 capital letters"),
        ("GATEWAY_CURRENCIES", "XAU=4,=8", "codes of 3 capital letters"),
        ("GATEWAY_TENANT_NAME", "Caf\udce9", "it must be UTF-8"),
        ("GATEWAY_LOG_LEVEL", "LOUD", "GATEWAY_LOG_LEVEL is 'LOUD'"),
        ("GATEWAY_PUBLIC_URL", "billing.example.com", "must begin with http:// or https://"),
        ("GATEWAY_TIME_ZONE", "Europe/Berlin", "run `gateway settings set time_zone Europe/Berlin`"),
        ("GATEWAY_MAX_RECORDS", "100", "run `gateway settings set max_records 100`"),
    ],
)
def test_a_value_that_would_fail_later_is_refused_at_once(variable, text, words):
    with pytest.raises(SettingError) as caught:
        read_settings({variable: text})
    assert variable in str(caught.value)
    assert words in str(caught.value)


def test_an_option_is_checked_as_the_environment_is():
    with pytest.raises(SettingError, match="GATEWAY_WORKERS must be at least 1"):
        Settings().with_options(workers=0)


@pytest.mark.parametrize("digits", range(13))
def test_a_currency_has_0_to_12_decimals(digits):
    assert read_settings({"GATEWAY_CURRENCIES": f"BTC={digits}"}).own_currencies == {"BTC": digits}


def test_port_0_lets_the_system_choose():
    assert read_settings({"GATEWAY_PORT": "0"}).port == 0


def test_settings_are_read_as_what_they_mean():
    settings = Settings(session_minutes=10, session_hours=2, currencies=" BTC=8, XAU=4,")
    assert settings.session_idle == timedelta(minutes=10)
    assert settings.session_longest == timedelta(hours=2)
    assert settings.own_currencies == {"BTC": 8, "XAU": 4}


def test_settings_stay_as_they_were_read():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1
