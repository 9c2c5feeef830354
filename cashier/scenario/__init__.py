"""Scenarios: the till's own commands in a file, with expectations and words beside them.

``source`` reads the YAML, ``vocabulary`` makes commands of steps, ``reading`` makes scenarios of
files. ``stage`` is a till for one scenario, ``acting`` carries out a step on it, ``standing`` looks
whether all is well afterwards, ``running`` runs a whole scenario. ``facts`` are what can be
expected.
"""
