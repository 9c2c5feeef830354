"""Lessons and exams: scenarios that a trainee carries out, graded, and kept.

``grading`` follows a trainee through the tasks of a scenario, ``attempt`` is what is kept of it,
``scoring`` makes a result of that by a public rule, ``register`` keeps attempts.
"""
