"""Reports of scenarios that were run: a table, JUnit, a page, JSON; all made of ``shown``."""
