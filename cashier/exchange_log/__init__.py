"""All that was said to loyalty systems: kept in the journal, found again, taken along."""
