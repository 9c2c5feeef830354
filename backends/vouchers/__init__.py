"""A voucher service in front of any loyalty system: something real to write a mapping for.

Invented (*emulated*). ``words`` is its wire, ``server`` what it does; the client is a mapping,
``fixtures/mappings/vouchers.toml``.
"""
