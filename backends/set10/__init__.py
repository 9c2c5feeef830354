"""SetRetail10: its chain of providers, its coupons, and the systems that stand in the chain."""
