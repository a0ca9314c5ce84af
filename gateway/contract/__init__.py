"""The legacy SOAP contract as one table: objects, fields, versions, operations and error codes.

Pure values over the standard library. Everything that speaks the contract (the SOAP protocol and its
WSDL, the query language's field map, import headers, the documentation) reads it from here, so that a
field is added in one line.
"""

from gateway.contract.errors import ErrorCode
from gateway.contract.fields import Field, WireType
from gateway.contract.objects import OBJECTS, ObjectType

__all__ = ["OBJECTS", "ErrorCode", "Field", "ObjectType", "WireType"]
