"""What was said to the loyalty system: lists, single exchanges, and what is taken along of them."""
