"""Manzana Loyalty: the SOAP service of tills, its client and a server."""
