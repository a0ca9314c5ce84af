import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zeep
import zeep.transports
from lxml import etree
from lxml.etree import _Element as Node

from gateway.contract.errors import codes_at
from gateway.contract.fields import Feature
from gateway.contract.objects import OBJECTS
from gateway.contract.operations import OPERATIONS
from gateway.contract.published import DEFAULT_FEATURES, Published, changes
from gateway.soap.wsdl import render_schemas, render_wsdl
from support import real_wsdls
from support.schemas import assert_valid
from support.wsdl_facts import differences, facts

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://gateway.example/apps/services/a/78.0"
OPERATION_NAMES = tuple(OPERATIONS)
OBJECT_NAMES = tuple(object_type.name for object_type in OBJECTS)
XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"


def rendered(version: int = 78, address: str = ADDRESS) -> Node:
    return etree.fromstring(render_wsdl(Published(version), address))


# The published files


def test_the_published_files_are_what_the_contract_table_says() -> None:
    command = [sys.executable, ROOT / "scripts/generate.py", "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout + checked.stderr


def test_nothing_else_is_published_beside_them() -> None:
    published = {
        path.relative_to(ROOT).as_posix()
        for path in (*ROOT.glob("wsdl/*"), *ROOT.glob("schemas/[0-9]*/*"))
        if path.is_file()
    }
    expected = {f"wsdl/gateway-{version}.0.wsdl" for version in changes()}
    expected |= {
        f"schemas/{version}.0/{name}" for version in changes() for name in render_schemas(Published(version))
    }
    assert published == expected


# Against the real WSDL: the seven operations and five objects of the contract table and all that these
# refer to, in the real document; everything that there is, in ours.


@pytest.mark.parametrize(
    ("version", "features"),
    [
        # Tailored to a tenant without pages: neither queryMore nor QueryOptions.
        ("38.0", frozenset()),
        ("45.0", frozenset({Feature.QUERY_MORE, Feature.CREDIT_BALANCE})),
        ("78.0", DEFAULT_FEATURES),
        ("81.0", DEFAULT_FEATURES),
    ],
)
def test_our_wsdl_says_what_the_real_one_says_of_our_operations_and_objects_and_nothing_else(
    version: str, features: frozenset[Feature]
) -> None:
    published = Published(int(version[:-2]), features)
    operations = tuple(operation.name for operation in published.operations)
    objects = tuple(object_type.name for object_type in published.objects)
    theirs = facts(real_wsdls.real_wsdl(version).read_bytes(), operations, objects)
    ours = facts(render_wsdl(published, ADDRESS))
    assert not [
        difference
        for difference in differences(ours, theirs)
        if not is_an_import_of_ours(difference, version)
    ]
    assert len(ours) > 700, "the comparison sees the document"


def is_an_import_of_ours(difference: object, version: str) -> bool:
    """Say whether a difference is that we import between the schemas, as 78.0 does and 38.0 and 45.0 do not.

    Generated clients accept both; without the imports a strict validator does not.
    """
    return version in ("38.0", "45.0") and "import" in str(difference)


def error_codes(root: Node) -> list[str]:
    return root.xpath("//*[@name='ErrorCode']//@value")


def field_types(root: Node) -> dict[tuple[str, str], str]:
    """Return the local name of each field's type by object and field."""
    return {
        (name, field.get("name")): field.get("type").rpartition(":")[2]
        for name in OBJECT_NAMES
        for object_type in root.iter(f"{XS}complexType")
        if object_type.get("name") == name
        for field in object_type.iter(f"{XS}element")
    }


# That the comparison sees


def flip_one_nillable(root: Node) -> None:
    del field(root, "Amount").attrib["nillable"]


def drop_one_field(root: Node) -> None:
    field(root, "Amount").getparent().remove(field(root, "Amount"))


def reorder_two_elements(root: Node) -> None:
    swap_with_next(field(root, "Amount"))


def change_one_type(root: Node) -> None:
    field(root, "Amount").set("type", "xs:double")


def make_a_field_obligatory(root: Node) -> None:
    del field(root, "Amount").attrib["minOccurs"]


def add_a_default(root: Node) -> None:
    field(root, "Amount").set("default", "1")


def drop_a_header_part_from_its_message(root: Node) -> None:
    part = root.find(f"{WSDL}message[@name='Header']/{WSDL}part[@name='QueryOptions']")
    part.getparent().remove(part)


def drop_a_header_part_from_an_operation(root: Node) -> None:
    header = bound(root, "query").find(f"{WSDL}input/{SOAP}header")
    header.getparent().remove(header)


def put_the_body_before_the_header(root: Node) -> None:
    swap_with_next(bound(root, "update").find(f"{WSDL}input/{SOAP}header"))


def put_a_fault_before_the_output(root: Node) -> None:
    swap_with_next(root.find(f"{WSDL}portType/{WSDL}operation[@name='login']/{WSDL}output"))


def swap_two_operations(root: Node) -> None:
    swap_with_next(root.find(f"{WSDL}portType/{WSDL}operation[@name='query']"))


def name_a_soap_action(root: Node) -> None:
    bound(root, "query").find(f"{SOAP}operation").set("soapAction", "query")


def drop_a_fault(root: Node) -> None:
    fault = bound(root, "login").find(f"{WSDL}fault")
    fault.getparent().remove(fault)


def drop_an_error_code(root: Node) -> None:
    code = next(root.iter(f"{XS}enumeration"))
    code.getparent().remove(code)


def drop_an_import(root: Node) -> None:
    link = next(root.iter(f"{XS}import"))
    link.getparent().remove(link)


def change_a_form_default(root: Node) -> None:
    next(root.iter(f"{XS}schema")).set("attributeFormDefault", "unqualified")


def name_the_part_as_in_the_other_operations(root: Node) -> None:
    root.find(f"{WSDL}message[@name='getUserInfo']/{WSDL}part").set("name", "parameters")


def name_the_type_of_a_wrapper(root: Node) -> None:
    wrapper = root.find(f".//{XS}element[@name='login']")
    named = wrapper[0]
    named.set("name", "login")
    wrapper.addnext(named)
    wrapper.set("type", "zns:login")


def rename_the_port(root: Node) -> None:
    next(root.iter(f"{WSDL}port")).set("name", "Soap11")


def rename_the_service(root: Node) -> None:
    next(root.iter(f"{WSDL}service")).set("name", "Service")


def take_a_prefix_to_mean_another_namespace(root: Node) -> None:
    field(root, "AccountId").set("type", "fns:ID")


def field(root: Node, name: str) -> Node:
    return root.find(f".//{XS}complexType[@name='InvoiceItemAdjustment']//{XS}element[@name='{name}']")


def bound(root: Node, operation: str) -> Node:
    return root.find(f"{WSDL}binding/{WSDL}operation[@name='{operation}']")


def swap_with_next(node: Node) -> None:
    node.getnext().addnext(node)


@pytest.mark.parametrize(
    "change",
    [
        flip_one_nillable,
        drop_one_field,
        reorder_two_elements,
        change_one_type,
        make_a_field_obligatory,
        add_a_default,
        drop_a_header_part_from_its_message,
        drop_a_header_part_from_an_operation,
        put_the_body_before_the_header,
        put_a_fault_before_the_output,
        swap_two_operations,
        name_a_soap_action,
        drop_a_fault,
        drop_an_error_code,
        drop_an_import,
        change_a_form_default,
        name_the_part_as_in_the_other_operations,
        name_the_type_of_a_wrapper,
        rename_the_port,
        rename_the_service,
        take_a_prefix_to_mean_another_namespace,
    ],
    ids=lambda change: change.__name__,
)
def test_the_comparison_reports(change: Callable[[Node], None]) -> None:
    root = rendered()
    original = facts(etree.tostring(root))
    change(root)
    changed = etree.tostring(root)
    assert differences(facts(changed), original)
    # Restricted as the real document is, too.
    assert differences(original, facts(changed, OPERATION_NAMES, OBJECT_NAMES))


def test_the_comparison_reports_an_operation_or_object_that_only_one_side_has() -> None:
    original = facts(render_wsdl(Published(78), ADDRESS))
    assert differences(
        original, facts(render_wsdl(Published(78), ADDRESS), OPERATION_NAMES[1:], OBJECT_NAMES)
    )
    assert differences(
        original, facts(render_wsdl(Published(78), ADDRESS), OPERATION_NAMES, OBJECT_NAMES[1:])
    )


def test_the_comparison_sees_nothing_in_prefixes_layout_address_and_left_out_defaults() -> None:
    root = rendered(address="https://elsewhere.example/")
    field(root, "Amount").set("maxOccurs", "1")
    text = etree.tostring(root).replace(b"zns:", b"z:").replace(b":zns=", b":z=").replace(b"\n", b" ")
    assert not differences(facts(text), facts(render_wsdl(Published(78), ADDRESS)))


# Clients and validators


class InMemory(zeep.transports.Transport):
    """A transport that reads one document from memory and anything else not at all."""

    def __init__(self, document: bytes) -> None:
        super().__init__()
        self.document = document

    def load(self, url: str) -> bytes:
        assert url == ADDRESS + "?wsdl"
        return self.document


@pytest.fixture
def client() -> Any:
    return zeep.Client(ADDRESS + "?wsdl", transport=InMemory(render_wsdl(Published(78), ADDRESS)))


def test_zeep_finds_every_operation_at_our_address(client: Any) -> None:
    port = client.wsdl.services["ZuoraService"].ports["Soap"]
    assert port.binding_options["address"] == ADDRESS
    assert sorted(port.binding.all()) == sorted(OPERATION_NAMES)


def test_zeep_writes_a_create_that_our_schemas_accept(client: Any) -> None:
    adjustment = client.get_type("{http://object.api.zuora.com/}InvoiceItemAdjustment")
    header = client.get_element("{http://api.zuora.com/}SessionHeader")(session="s")
    envelope = client.create_message(
        client.service,
        "create",
        zObjects=[adjustment(AdjustmentDate="2026-11-22", Amount="1.50", Type="Credit")],
        _soapheaders={"SessionHeader": header},
    )
    assert b":InvoiceItemAdjustment" in etree.tostring(envelope)
    assert_valid(etree.tostring(envelope))


@pytest.mark.parametrize("version", changes())
@pytest.mark.parametrize("name", ["api.xsd", "object.xsd", "fault.xsd"])
def test_each_schema_file_loads_with_its_imports(version: int, name: str) -> None:
    etree.XMLSchema(file=str(ROOT / f"schemas/{version}.0/{name}"))


# What some client breaks on


def test_the_soap_12_namespace_is_not_even_declared() -> None:
    assert b"soap12" not in render_wsdl(Published(78), ADDRESS)


def test_the_address_is_the_one_given_and_escaped() -> None:
    address = 'https://gateway.example/a?x=1&y="<ü>"'
    assert rendered(address=address).find(f".//{SOAP}address").get("location") == address
    assert b"x=1&amp;y=&quot;&lt;" in render_wsdl(Published(78), address)


# Versions that are not served yet


def test_business_dates_are_date_times_below_version_69() -> None:
    adjustment_date = "InvoiceItemAdjustment", "AdjustmentDate"
    assert field_types(rendered(69))[adjustment_date] == "date"
    before, after = field_types(rendered(68)), field_types(rendered(69))
    assert before[adjustment_date] == "dateTime"
    assert "date" not in before.values()
    changed = {field for field in after if after[field] != before[field]}
    assert changed == {field for field in after if after[field] == "date"}


@pytest.mark.parametrize(("version", "count"), [(42, 21), (45, 22), (48, 22), (61, 29), (78, 29)])
def test_the_error_codes_are_those_of_the_version(version: int, count: int) -> None:
    codes = error_codes(rendered(version))
    assert codes == [code.value for code in codes_at(version)]
    assert len(codes) == count


# The lookup of the real WSDLs itself


def test_without_the_real_wsdls_a_test_is_skipped_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(real_wsdls, "FOLDER", tmp_path)
    monkeypatch.setattr(real_wsdls, "REQUIRED", False)
    with pytest.raises(pytest.skip.Exception, match="GATEWAY_REAL_WSDLS"):
        real_wsdls.real_wsdl("78.0")


def test_without_the_real_wsdls_a_test_fails_where_everything_is_required(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(real_wsdls, "FOLDER", tmp_path)
    monkeypatch.setattr(real_wsdls, "REQUIRED", True)
    with pytest.raises(pytest.fail.Exception, match=r"zuora-78\.0\.wsdl"):
        real_wsdls.real_wsdl("78.0")
