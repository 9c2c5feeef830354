"""Loymax: the JSON service, and what both of its wires share."""
