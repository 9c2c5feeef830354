"""dinect, API 20130701: forms there, JSON or XML back, links as data.

Points are the till's business: what they may pay it computes from the programme's rules. What no
source documents is *emulated*: ``docs/systems/dinect.md`` tells which.
"""
