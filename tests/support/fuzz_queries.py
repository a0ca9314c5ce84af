"""ZOQL from a generator that knows the grammar, and the same with something wrong in it."""

from gateway.contract.fields import WireType
from gateway.contract.objects import ObjectType
from support.fuzz_values import OBJECTS, Dice, Known, hostile, value_of

_BARE = (WireType.DECIMAL, WireType.INT, WireType.BOOLEAN, WireType.DATE, WireType.DATE_TIME)
_COMPARED = ["=", "=", "=", "!=", ">", ">=", "<", "<=", "like", "LIKE", "in"]
_STRAY = [
    *("select", "from", "where", "and", "or", "not", "like", "in", "order", "by", "limit", "asc", "desc"),
    *(
        "null",
        "true",
        "false",
        "=",
        "!=",
        "<>",
        "==",
        ">=",
        "<",
        "(",
        ")",
        ",",
        ";",
        ".",
        "*",
        "%",
        "'",
        "''",
    ),
    *('"', "\\", "--", "#", "group by", "count()", "now()", "Invoice.Id", "Id", "1", "-1", "2024-01-01", "é"),
    *(
        "'a\\",
        "'a\\'",
        "\x85",
        "\u2028",
        "\xa0",
        "🚀",
        "9" * 70,
        "limit 5",
        "order by Id desc",
        "İd",
        "between",
    ),
]
_LIMITS = [
    *("1", "2", "3", "5", "7", "10", "2000", "2147483647"),
    *("0", "-1", "1.5", "'2'", "2147483648", "9999999999", "99999999999", "٣"),
]
_BLANKS = [" ", " ", " ", " ", "  ", "\n", "\t", "\r\n"]


def a_query(dice: Dice, known: Known) -> str:
    """Return a query, valid or nearly so."""
    words = _words(dice, known)
    if dice.chance(0.3):
        for _ in range(dice.randint(1, 3)):
            _disturb(dice, words)
    return _spelt(dice, words)


def a_valid_query(dice: Dice) -> str:
    """Return a query that is run, whatever the data: for calls that are to succeed."""
    kind = dice.make("query: object", OBJECTS)
    names = [field.name for field in kind.fields if field.selectable]
    query = f"select {', '.join(dice.some(names, 6))} from {kind.name}"
    return query + dice.choice(["", "", " where Id != null", " where CreatedDate = null or Id like '0%'"])


def _words(dice: Dice, known: Known) -> list[str]:
    kind = dice.make("query: object", OBJECTS)
    words = ["select", *_listed(_names(dice, kind, 8)), "from", _cased(dice, kind.name)]
    if dice.chance(0.75):
        words += ["where", *_condition(dice, kind, known, 0)]
    if dice.chance(0.2):
        many = dice.choice([10, 11]) if dice.chance(0.03) else 1
        words += ["order", "by", *_listed([_sorted(dice, name) for name in _names(dice, kind, 3)] * many)]
        dice.made["query: order by"] += 1
    if dice.chance(0.15):
        words += ["limit", dice.make("query: limit", _LIMITS)]
    return [*words, ";"] if dice.chance(0.2) else words


def _names(dice: Dice, kind: ObjectType, most: int) -> list[str]:
    fields = kind.output_fields
    chosen = list(fields) if dice.chance(0.04) else dice.some(fields, most)
    dice.made["query: field"] += len(chosen)
    names = [_cased(dice, field.name) for field in chosen]
    if dice.chance(0.03):
        names.append(
            dice.make("query: no field", ["Nonsense", "Id2", "SourceId", "Balance", "_", "selectId"])
        )
    return names


def _sorted(dice: Dice, name: str) -> str:
    return name + dice.choice(["", " asc", " desc", " DESC"] if dice.chance(0.97) else [" up", " desc asc"])


def _condition(dice: Dice, kind: ObjectType, known: Known, depth: int) -> list[str]:
    shape = dice.random()
    if depth < 4 and shape < 0.3:
        parts = [_condition(dice, kind, known, depth + 1) for _ in range(dice.randint(2, 3))]
        joined = parts[0]
        for part in parts[1:]:
            joined += [dice.make("query: and, or", ["and", "or", "AND", "Or"]), *part]
        return joined
    if shape < 0.42:
        # Now and then deeper than anybody may nest, or more than anybody may ask.
        deep = dice.choice([15, 19, 25, 300]) if dice.chance(0.02) else 1
        dice.made["query: parenthesis"] += deep
        return [*["("] * deep, *_condition(dice, kind, known, depth + 1), *[")"] * deep]
    if shape < 0.425:
        return _nested(dice, kind, known, dice.choice([18, 19, 20, 21, 150]))
    if shape < 0.43:
        dice.made["query: 200 conditions"] += 1
        return " or ".join([" ".join(_comparison(dice, kind, known))] * dice.choice([200, 201])).split(" ")
    return _comparison(dice, kind, known)


def _nested(dice: Dice, kind: ObjectType, known: Known, depth: int) -> list[str]:
    """Return conditions in each other, `and` and `or` in turn: those do not collapse."""
    dice.made["query: deep nesting"] += 1
    words = _comparison(dice, kind, known)
    short = ["Id", "!=", "null"]
    for level in range(depth - 1):
        words = [*short, ("and", "or")[level % 2], "(", *words, ")"]
    return words


def _comparison(dice: Dice, kind: ObjectType, known: Known) -> list[str]:
    field = dice.choice([each for each in kind.output_fields if each.filterable and each.held])
    if dice.chance(0.05):
        field = dice.choice(kind.output_fields)
    operator = dice.make("query: comparison", _COMPARED)
    bare = field.type in _BARE
    if bare and operator.lower() == "like" and dice.chance(0.9):
        operator = "="
    name = _cased(dice, field.name)
    if operator == "in":
        values = [_literal(dice, value_of(dice, field, known), bare=bare) for _ in range(dice.randint(1, 4))]
        return [name, dice.choice(["in", "IN"]), "(", *_listed(values), ")"]
    if dice.chance(0.08):
        return [name, "=" if dice.chance(0.5) else "!=", dice.choice(["null", "NULL"])]
    if operator.lower() == "like":
        return [name, operator, _literal(dice, _pattern(dice, value_of(dice, field, known)), bare=False)]
    return [name, operator, _literal(dice, value_of(dice, field, known), bare=bare)]


def _pattern(dice: Dice, text: str) -> str:
    short = text[: dice.randint(0, 8)]
    return dice.make("query: pattern", [f"{short}%", f"%{short}", f"%{short}%", "%", "_%", short, "a%b"])


def _literal(dice: Dice, text: str, *, bare: bool) -> str:
    dice.made["query: value"] += 1
    if bare and dice.chance(0.8):
        return text.strip() or "0"
    if dice.chance(0.03):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _listed(items: list[str]) -> list[str]:
    """Put commas between words."""
    return [word for item in items for word in (item, ",")][:-1]


def _cased(dice: Dice, name: str) -> str:
    return dice.choice([name, name, name, name.lower(), name.upper(), name.swapcase()])


def _disturb(dice: Dice, words: list[str]) -> None:
    place = dice.randrange(len(words))
    match dice.make("query: disturbance", ["drop", "double", "swap", "insert", "replace", "cut", "letter"]):
        case "drop" if len(words) > 1:
            del words[place]
        case "double":
            words.insert(place, words[place])
        case "swap":
            other = dice.randrange(len(words))
            words[place], words[other] = words[other], words[place]
        case "insert":
            words.insert(place, dice.choice(_STRAY))
        case "replace":
            words[place] = dice.choice([*_STRAY, hostile(dice)])
        case "cut":
            del words[place + 1 :]
        case _:
            word = words[place]
            at = dice.randint(0, len(word))
            words[place] = (
                word[:at] + dice.choice(["'", "\\", ".", "x", "\u0130", "(", " ", "\x7f"]) + word[at:]
            )


def _spelt(dice: Dice, words: list[str]) -> str:
    dice.made["query: word"] += len(words)
    if dice.chance(0.7):
        return " ".join(words)
    return "".join(word + dice.choice(_BLANKS) for word in words)
