"""Plugins of SetRetail10 as a loyalty system: the contract "Set API" hosted by our till.

``contract`` is what a plugin promises, in the field's names; ``backend`` hosts one and speaks the
exchange to the till; ``plugins`` finds it by name. ``example`` is a plugin of ours, whose cards lie
in this program (``near``, ``cards``) or behind HTTP (``http_plugin``, ``server``). The contract is
documented, every wire is *emulated*: ``docs/systems/set-api.md``.
"""
