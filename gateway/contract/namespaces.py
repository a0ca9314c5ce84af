"""The three namespaces of the contract, the same in every version (real WSDLs 1 to 81)."""

API = "http://api.zuora.com/"
OBJECT = "http://object.api.zuora.com/"
FAULT = "http://fault.api.zuora.com/"
