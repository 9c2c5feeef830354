"""The conformance pack: how well a loyalty system does what a till needs, in three levels.

``cards`` is what a tester tells of a system's data, ``pack`` the scenarios with these data in them,
``grading`` the rule by which a run becomes a grade, ``badge`` and ``told`` what is shown of it.
"""
