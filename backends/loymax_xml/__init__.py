"""Loymax at the till by its older protocol: XML 3.2 over HTTP.

Known are the envelope, the balance and the request of a calculation. All else that a till needs is
*emulated*, by analogy with the names of the JSON API: ``wire/kinds.py`` lists every such name.
"""
