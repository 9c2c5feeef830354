"""The Rarus loyalty service, first generation of its API: ``docs/systems/rarus.md``.

A system is one package of four, written in this order. The vendor's names end at ``translate``.

``wire``
    Its messages, and nothing of ours: every key as the vendor spells it, read leniently, written
    to the letter. A docstring says where a fact comes from, or that it is *emulated*.
``translate``
    Pure functions between those messages and our words, both ways: no network, no clock, nothing
    remembered. What cannot be true is a ValueError. Most tests go here.
``client``
    Our till speaks to such a service: an entry point of ``cashier.backends``. ``backend`` is the
    exchange, a line for each method; ``link`` is the one way to the service (signing in, what is a
    yes and what a no); ``session`` is what is known of the service for a while, nothing of it about
    a receipt. The other modules are the steps of a sale, in its order: ``greeting``, ``buyers``,
    ``newcomers``, ``receipts``, ``holding``, ``selling`` with ``certificates``, ``returning``.
``server``
    The same wire in front of any loyalty system: an entry point of ``cashier.servers``. A table of
    routes in each module, by the same steps.

Three kinds of tests hold it together: the client at a service that says what a test wants, the
server by bare requests, and every flow test of the till once more with client, real HTTP and server
between the till and the embedded system (the round-trip law of ``docs/design.md``).
"""
