"""The operations' elements, with records that are whole, odd or hostile."""

from gateway.contract.objects import ObjectType
from support.fuzz_queries import a_query, a_valid_query
from support.fuzz_values import (
    AMOUNTS,
    DATES,
    HOSTILE,
    OBJECTS,
    REASON_CODES,
    Dice,
    Known,
    as_xml,
    hostile,
    value_of,
)
from support.gateways import PASSWORD, USER

_KINDS = [kind for kind in OBJECTS if kind.creatable]
_USUAL = next(kind for kind in _KINDS if kind.name == "InvoiceItemAdjustment")
_FREE_TEXTS = ["Comment", "Comments", "ReferenceId", "ReasonCode", "AccountingCode", "Region__c"]
_TYPES = [
    *(
        'xsi:type="ns2:Invoice"',
        'xsi:type="ns1:InvoiceItemAdjustment"',
        'xsi:type="InvoiceItemAdjustment"',
        "",
    ),
    *('xsi:type="ns2:zObject"', 'xsi:type=""', 'xsi:type="nobody:Account"', "xsi:type='ns2:Subscription'"),
    *('xsi:type=" ns2:InvoiceItemAdjustment "', 'xsi:nil="true"', 'xsi:type="ns2:invoiceitemadjustment"'),
    'xmlns:o="http://object.api.zuora.com/" xsi:type="o:InvoiceItemAdjustment"',
]
_COUNTS = [0, 2, 3, 5, 8, 50, 51, 60]
_STRANGE_CHILDREN = [
    *("<ns2:Nonsense>1</ns2:Nonsense>", "<ns2:amount>1</ns2:amount>", "<Amount>1</Amount>", "text between"),
    *(
        "<ns1:Amount>1</ns1:Amount>",
        "<ns2:a><ns2:b><ns2:c/></ns2:b></ns2:a>",
        "<!-- a comment -->",
        "<?pi x?>",
    ),
    *('<x xmlns="urn:x" a="1">y</x>', "<ns2:fieldsToNull/>", '<ns2:fieldsToNull xsi:nil="1"/>'),
    *("<ns2:fieldsToNull>Nonsense</ns2:fieldsToNull>", "<ns2:fieldsToNull><b/>ReasonCode</ns2:fieldsToNull>"),
    *(
        "<ns2:fieldsToNull> ReasonCode </ns2:fieldsToNull>",
        "<ns2:fieldsToNull>ReasonCode</ns2:fieldsToNull>" * 2,
    ),
]


def whole_operation(dice: Dice, known: Known) -> str:
    """Return an operation's element that a good client would send."""
    name = dice.make(
        "operation: whole",
        ["create"] * 4
        + ["update", "update", "delete", "query", "query", "queryMore", "getUserInfo", "login"],
    )
    match name:
        case "create" | "update":
            return _batch(dice, known, name, dice.choice([1, 1, 2, 3, 10]))
        case "delete":
            kind = _kind(dice)
            return _delete(kind.name, dice.some(known.adjustments_of(kind) or ["1" * 32], 3))
        case "query":
            return _query(a_valid_query(dice), dice)
        case "queryMore":
            return _query_more(dice.choice(known.locators or ["none"]))
        case "login":
            return _login(USER, PASSWORD)
        case _:
            return "<ns1:getUserInfo/>"


def the_same_operation(known: Known) -> str:
    """Return an operation's element that is the same at each call: for what is sent again with its key."""
    dice = Dice("the same")
    return _operation("create", [_record(dice, _credit(dice, known), _USUAL)])


def odd_operation(dice: Dice, known: Known) -> str:
    """Return an operation's element with something odd in its arguments."""
    match dice.make(
        "operation: odd", ["create"] * 8 + ["update"] * 5 + ["delete", "delete", "login", "queryMore", "x"]
    ):
        case "create" | "update" as name:
            return _odd_batch(dice, known, name)
        case "delete":
            kinds = [kind.name for kind in _KINDS] * 3 + ["Invoice", "invoiceitemadjustment", hostile(dice)]
            ids = [
                *dice.some(known.adjustments_of(dice.choice(_KINDS)) or ["1"], 3),
                hostile(dice),
                known.an_id(dice),
            ]
            return _delete(
                as_xml(dice, dice.choice(kinds)), [as_xml(dice, each) for each in dice.sample(ids, 2)]
            )
        case "login":
            names = [USER, USER.upper(), hostile(dice)]
            return _login(as_xml(dice, dice.choice(names)), dice.choice([PASSWORD, "wrong", "<b/>"]), dice)
        case "queryMore":
            return _query_more(as_xml(dice, _odd_locator(dice, known)))
        case _:
            names = [
                "ns1:subscribe",
                "ns2:create",
                "create",
                "ns1:Create",
                "ns1:query",
                "ns1:create",
                "ns1:delete",
            ]
            return f"<{dice.choice(names)}/>"


def queried(dice: Dice, known: Known) -> str:
    """Return a query from the generator of ZOQL."""
    return _query(a_query(dice, known), dice)


def _operation(name: str, records: list[str]) -> str:
    return f"<ns1:{name}>{''.join(records)}</ns1:{name}>"


def _query(text: str, dice: Dice) -> str:
    return f"<ns1:query><ns1:queryString>{as_xml(dice, text)}</ns1:queryString></ns1:query>"


def _query_more(locator: str) -> str:
    return f"<ns1:queryMore><ns1:queryLocator>{locator}</ns1:queryLocator></ns1:queryMore>"


def _delete(kind: str, ids: list[str]) -> str:
    listed = "".join(f"<ns1:ids>{each}</ns1:ids>" for each in ids)
    return f"<ns1:delete><ns1:type>{kind}</ns1:type>{listed}</ns1:delete>"


def _login(name: str, password: str, dice: Dice | None = None) -> str:
    children = [f"<ns1:username>{name}</ns1:username>", f"<ns1:password>{password}</ns1:password>"]
    if dice is not None and dice.chance(0.4):
        entity = [
            "<ns1:entityId>1</ns1:entityId>",
            "<ns1:entityName>Gateway</ns1:entityName>",
            "<x/>",
            *children,
        ]
        children += dice.some(entity, 2)
        dice.shuffle(children)
    return _operation("login", children)


def _odd_locator(dice: Dice, known: Known) -> str:
    locator = dice.choice(known.locators or ["0" * 32 + "-2"])
    forged = [locator[:-1] + "3", locator.upper(), locator + "0", f" {locator}\n", locator[1:], hostile(dice)]
    return dice.make("value: forged locator", forged)


def _kind(dice: Dice) -> ObjectType:
    kind: ObjectType = dice.choice([*_KINDS, *[_USUAL] * 3])
    dice.made[f"record: of {kind.name}"] += 1
    return kind


def _batch(dice: Dice, known: Known, operation: str, count: int) -> str:
    kind = _kind(dice)
    records = [_record(dice, _values(dice, known, operation, kind), kind) for _ in range(count)]
    return _operation(operation, records)


def _values(dice: Dice, known: Known, operation: str, kind: ObjectType) -> dict[str, str]:
    """Return the values of a record that is likely to be accepted."""
    values = _credit(dice, known) if operation == "create" else _change(dice, known, kind)
    return {name: value for name, value in values.items() if name in kind.by_name}


def _credit(dice: Dice, known: Known) -> dict[str, str]:
    invoice_id, number, source_id, source_type, toward_zero = dice.choice(known.sources)
    values = {
        "AdjustmentDate": dice.choice(DATES),
        "Amount": dice.choice(AMOUNTS),
        "InvoiceId": invoice_id,
        "SourceId": source_id,
        "SourceType": source_type,
        "Type": toward_zero,
    }
    if dice.chance(0.3):
        values["InvoiceNumber"] = number
        if dice.chance(0.5):
            del values["InvoiceId"]
    for name in _FREE_TEXTS:
        if dice.chance(0.2):
            values[name] = REASON_CODES[0] if name == "ReasonCode" else "a word"
    if dice.chance(0.1):
        values["AdjustmentNumber"] = f"A-{dice.randint(1, 40)}"
    return values


def _change(dice: Dice, known: Known, kind: ObjectType) -> dict[str, str]:
    values = {"Id": dice.choice(known.adjustments_of(kind) or ["1" * 32])}
    for name, choices in {
        "ReasonCode": REASON_CODES,
        "TransferredToAccounting": ["No", "No", "Yes", "Error", "Ignore", "Processing"],
        "ExcludeItemBillingFromRevenueAccounting": ["true", "false"],
        "Status": ["Canceled", "Canceled", "Canceled", "Processed"],
    }.items():
        if dice.chance(0.6 if name == "Status" else 0.25):
            values[name] = dice.choice(choices)
    return values


def _record(dice: Dice, values: dict[str, str], kind: ObjectType, extra: str = "", type_: str = "") -> str:
    attributes = type_ or f'xsi:type="ns2:{kind.name}"'
    dice.made["record"] += 1
    dice.made["record: field"] += len(values)
    fields = "".join(f"<ns2:{name}>{as_xml(dice, text)}</ns2:{name}>" for name, text in values.items())
    return f"<ns1:zObjects {attributes}>{fields}{extra}</ns1:zObjects>"


def _odd_batch(dice: Dice, known: Known, operation: str) -> str:
    if dice.chance(0.002):
        dice.made["record: 10,001 in a call"] += 1
        return _operation(operation, ["<ns1:zObjects/>"] * 10_001)
    count = dice.choice(_COUNTS) if dice.chance(0.3) else 1
    kind = _kind(dice)
    type_ = dice.make("record: odd type", _TYPES) if dice.chance(0.1) else ""
    records = [_odd_record(dice, known, operation, kind, type_) for _ in range(min(count, 4))]
    records += [records[-1]] * (count - len(records)) if records else []
    if dice.chance(0.05):
        records.append(_record(dice, {"Amount": "1"}, kind, type_=dice.make("record: mixed type", _TYPES)))
    return _operation(operation, records)


def _odd_record(dice: Dice, known: Known, operation: str, kind: ObjectType, type_: str) -> str:
    values = _values(dice, known, operation, kind)
    extra = ""
    for _ in range(dice.randint(1, 3)):
        extra += _make_odd(dice, known, kind, values)
    return _record(dice, values, kind, extra, type_)


def _make_odd(dice: Dice, known: Known, kind: ObjectType, values: dict[str, str]) -> str:
    """Change a record's values, or return a child to stand behind them."""
    fields = kind.by_name
    name = dice.choice(list(fields))
    given = dice.choice(list(values) or ["Id"])
    match dice.make(
        "record: oddity",
        ["any field"] * 4
        + ["value"] * 6
        + ["hostile", "missing", "double", "nil", "markup", "null", "strange"],
    ):
        case "any field":
            values[name] = value_of(dice, fields[name], known)
        case "value":
            values[given] = value_of(dice, fields[given], known)
        case "hostile":
            values[given] = dice.make("value: hostile text", HOSTILE)
        case "missing":
            values.pop(given, None)
        case "double":
            return f"<ns2:{given}>{as_xml(dice, value_of(dice, fields[given], known))}</ns2:{given}>"
        case "nil":
            values.pop(given, None)
            return f'<ns2:{given} xsi:nil="{dice.choice(["true", "1", "false", "x", " 1 "])}">1</ns2:{given}>'
        case "markup":
            values.pop(given, None)
            return f"<ns2:{given}>a<b/>{dice.choice(['', 'c', '<c/>'])}</ns2:{given}>"
        case "null":
            return f"<ns2:fieldsToNull>{dice.choice(list(fields))}</ns2:fieldsToNull>"
        case _:
            return dice.make("record: strange child", _STRANGE_CHILDREN)
    return ""
