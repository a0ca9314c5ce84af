"""Header blocks: the options of a call with odd values, sessions nearly right, and blocks of no contract."""

from support.fuzz_values import BATCH_SIZES, BOOLEANS, ODD_NUMBERS, SOAP_1_2, Dice, Known, as_xml, hostile

_ROLES = [
    "",
    "http://schemas.xmlsoap.org/soap/actor/next",
    f"{SOAP_1_2}/role/next",
    f"{SOAP_1_2}/role/ultimateReceiver",
    f"{SOAP_1_2}/role/none",
    "urn:a",
]
_BLOCK_NAMES = [
    *("ns1:SessionHeader", "ns2:sessionheader", "soapenv:SESSIONHEADER", "SessionHeader", "ns1:CallOptions"),
    *("ns1:QueryOptions", "queryoptions", "ns2:calloptions", "ns1:Security", "wsa:Action", "ns2:Id"),
]
_BLOCK_CHILDREN = [
    "session",
    "Session",
    "batchSize",
    "BATCHSIZE",
    "caseSensitive",
    "useSingleTransaction",
    "other",
]


def session_block(known: Known) -> str:
    return f"<ns1:SessionHeader><ns1:session>{known.session}</ns1:session></ns1:SessionHeader>"


def a_block(dice: Dice, known: Known) -> str:
    """Return a header block: options with odd values, or something that no contract has."""
    value = dice.choice([*BOOLEANS, *BATCH_SIZES, *ODD_NUMBERS])
    text = hostile(dice) if dice.chance(0.15) else value
    match dice.make("header: block", ["option"] * 4 + ["any", "any", "nil", "empty", "session", "must"]):
        case "option":
            block, child = dice.choice(
                [
                    ("QueryOptions", "batchSize"),
                    ("QueryOptions", "caseSensitive"),
                    ("CallOptions", "useSingleTransaction"),
                ]
            )
            flag = dice.choice([*BOOLEANS, "", "TRUE", "yes"]) if child != "batchSize" else text
            return f"<ns1:{block}><ns1:{child}>{as_xml(dice, flag)}</ns1:{child}></ns1:{block}>"
        case "nil":
            return '<ns1:QueryOptions><ns1:batchSize xsi:nil="true">x</ns1:batchSize></ns1:QueryOptions>'
        case "empty":
            return f"<{dice.choice(_BLOCK_NAMES).replace('wsa:', '')}/>"
        case "session":
            wrong = [known.session[:-1], known.session.swapcase(), "", f" {known.session}\n", text]
            token = as_xml(dice, dice.choice(wrong))
            return f"<ns1:SessionHeader><session>{token}</session></ns1:SessionHeader>"
        case "must":
            return _block_that_must_be_understood(dice)
    name, child = dice.choice(_BLOCK_NAMES), dice.choice(_BLOCK_CHILDREN)
    return f'<{name} xmlns:wsa="urn:wsa" a="b"><{child}>{as_xml(dice, text)}</{child}></{name}>'


def _block_that_must_be_understood(dice: Dice) -> str:
    dice.made["header: mustUnderstand"] += 1
    role = f'soapenv:{dice.choice(["actor", "role"])}="{dice.choice(_ROLES)}"' if dice.chance(0.5) else ""
    must = dice.choice(["1", "1", "1", "true", "true", "0", "false", " 1 ", "x", ""])
    name = dice.choice([*_BLOCK_NAMES, "ns1:Security", "wsa:Action", "Security", "soapenv:Upgrade"])
    return f'<{name} xmlns:wsa="urn:wsa" soapenv:mustUnderstand="{must}" {role}/>'
