"""A SOAP-compatible gateway for invoice adjustments over one shared engine."""
