"""Between the messages of the wire and the words of the exchange: pure, no network, no clock.

What cannot be true raises ValueError; at the client the door makes the outcome of it that fits.
"""
