"""Loyalty by files: a load for the till, a sales report for the back office."""
