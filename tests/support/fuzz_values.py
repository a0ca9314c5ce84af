"""Chance from a seed, and the single values that fuzzing puts into fields, queries and headers."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from xml.sax.saxutils import escape

from gateway.contract.catalog import Catalog, custom_field
from gateway.contract.fields import Field, WireType
from gateway.contract.objects import ObjectType

DECLARED = (
    ("InvoiceItemAdjustment", "At__NS", WireType.DATE_TIME),
    ("InvoiceItemAdjustment", "Checked__c", WireType.BOOLEAN),
    ("InvoiceItemAdjustment", "Due__c", WireType.DATE),
    ("InvoiceItemAdjustment", "Rate__c", WireType.DECIMAL),
    ("InvoiceItemAdjustment", "Region__c", WireType.STRING),
    ("InvoiceAdjustment", "Region__c", WireType.STRING),
)
"""The tenant's own fields."""

REASON_CODES = ("a reason", "another")

OBJECTS = Catalog(tuple((owner, custom_field(name, type_)) for owner, name, type_ in DECLARED)).objects
"""The contract's objects, with those fields."""

SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"

HOSTILE = [
    *("", " ", "\t\n", "'", '"', "\\", "%", "_", ";", "--", "/*", "%s", "{0}", "${x}", "\\u0000", "\\'"),
    *("null", "NULL", "nil", "true", "TRUE", "0", "-0", "1.", ".5", "+1.00", "1e3", "NaN", "INF", "0x10"),
    *(
        "1,00",
        "1_000",
        "٣",
        "\uff19",
        "٣.\u0665",
        "9" * 60,
        "9" * 61,
        "0." + "0" * 58 + "1",
        "9" * 5000,
        "--1",
    ),
    *("é", "e\u0301", "🚀", "\u202egnp", "\ufeff", "\ufffd", "\x7f", "\x85", "\u2028", "\xa0", "ß" * 255),
    *(
        "<b/>",
        "&amp;",
        "]]>",
        "<![CDATA[",
        "<!--",
        "' or '1'='1",
        "x' union select 1 --",
        "../../x",
        "a" * 256,
    ),
    *("x" * 32, "0" * 32, "g" * 33, "İ", "ŉ", "K", "\u017felect", "x" * 20_000),
]
"""Texts that an XML document can carry."""

AMOUNTS = ["0.01", "0.10", "1", "1.5", "2.50", "3.00", " 1.25 ", "+0.5", "1."]
ODD_AMOUNTS = ["0", "0.00", "-1", "0.001", "0.005", "99999999999999.99", "1e1", "1 0", "0.0000000000001"]
DATES = ["2024-03-15", "2024-03-20", "2024-04-01", "2024-05-31", "2024-03-15T12:00:00", "2024-03-15Z"]
ODD_DATES = [
    *("2024-03-15T00:00:00Z", "2024-03-15T23:59:59.999-08:00", "2024-03-15T24:00:00", "2024-03-15T24:00:01Z"),
    *("0001-01-01", "0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T24:00:00"),
    *("9999-12-31T23:59:59-12:00", "0000-01-01", "2024-02-30", "2023-02-29", "2024-13-01", "10000-01-01"),
    *("2011-12-30", "2011-12-30T12:00:00", "2024-03-10T02:30:00", "2024-03-15+14:00", "2024-03-15+99:99"),
    *(
        "24-03-15",
        "2024-3-5",
        "20240315",
        "2024-03-15 12:00",
        "2024-03-15T12",
        "2024-03-15T12:60:00Z",
        "today",
    ),
    *("2024-03-15T12:00:00.1234567890123Z", "-2024-03-15", "2024-03-15T25:00:00", "1883-11-18T12:00:00"),
]
BOOLEANS = ["true", "false", "1", "0"]
BATCH_SIZES = ["1", "2", "3", "5", "50", "2000", " 2 "]
ODD_NUMBERS = ["0", "-1", "2001", "2147483647", "2147483648", "99999999999", "1.0", "1e2", "x", "", "٣", "+2"]
WORDS = [
    "INV00000001",
    "Monthly fee",
    "EUR",
    "4000",
    "Posted",
    "Processed",
    "Canceled",
    "Credit",
    "Tax",
    "No",
]


class Dice(Random):
    """Chance from a seed; ``made`` counts what was made of it, by kind."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.made: Counter[str] = Counter()

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def make(self, kind: str, choices):
        """Choose, and count the choice as one of this kind."""
        self.made[kind] += 1
        return self.choice(choices)

    def some(self, choices, most: int) -> list:
        """Choose 1 to ``most``, with repetitions."""
        return self.choices(choices, k=self.randint(1, most))


@dataclass
class Known:
    """What a caller of one gateway would know: it changes as calls are answered.

    Attributes:
        adjustments: Ids by the name of their type.
        sources: (invoice Id, invoice number, source Id, source type, the type that goes toward zero).
    """

    session: str = ""
    sources: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    adjustments: dict[str, list[str]] = field(default_factory=dict)
    locators: list[str] = field(default_factory=list)

    def adjustments_of(self, kind: ObjectType) -> list[str]:
        return self.adjustments.get(kind.name, [])

    def an_id(self, dice: Dice) -> str:
        """Return an Id that may be anybody's or nobody's."""
        source = dice.choice(self.sources)
        adjustments = [each for ids in self.adjustments.values() for each in ids[-8:]]
        return dice.choice([*adjustments, source[0], source[2], f"{dice.getrandbits(128):032x}"])


def hostile(dice: Dice) -> str:
    return dice.make("value: hostile text", HOSTILE)


def value_of(dice: Dice, wanted: Field, known: Known) -> str:
    """Return text for a field: mostly of its type, sometimes at the edge of it or beyond."""
    if dice.chance(0.06):
        return hostile(dice)
    if wanted.values:
        return dice.make("value: enumerated", wanted.values)
    if wanted.type is WireType.ID or wanted.is_id:
        return dice.make("value: Id", [known.an_id(dice)])
    return _typed(dice, wanted.type)


def _typed(dice: Dice, type_: WireType) -> str:
    odd = dice.chance(0.2)
    label = f"value: {'odd ' if odd else ''}{type_.value}"
    match type_:
        case WireType.DECIMAL:
            return dice.make(label, ODD_AMOUNTS if odd else AMOUNTS)
        case WireType.DATE | WireType.DATE_TIME:
            return dice.make(label, ODD_DATES if odd else DATES)
        case WireType.INT:
            return dice.make(label, ODD_NUMBERS if odd else BATCH_SIZES)
        case WireType.BOOLEAN:
            return dice.make(label, HOSTILE if odd else BOOLEANS)
        case _:
            return dice.make(label, HOSTILE if odd else WORDS)


def as_xml(dice: Dice, text: str) -> str:
    """Write text as character data: escaped, in CDATA or by character references."""
    way = dice.random()
    if way < 0.08 and "]]>" not in text:
        return f"<![CDATA[{text}]]>"
    if way < 0.12:
        return "".join(f"&#{ord(character)};" for character in text[:300])
    return escape(text)
