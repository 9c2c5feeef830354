"""The till plays itself: a scenario typed into the real screen, at a human pace.

``ways`` are the keys of each command, ``fingers`` press them, ``pace`` is the time between two of
them, ``player`` goes from step to step and obeys the presenter, ``caption`` is what it says.
``film`` plays without a terminal; ``cast`` and ``frames`` keep what was to be seen.
"""
