"""Kopilka: points spent as a payment, by reservation.

One message of its wire is known, the hold. The names of all others, every answer, the recipe of the
signature and HTTP itself are *emulated*.
"""
