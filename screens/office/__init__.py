"""The back office on screen: it draws whatever a loyalty system puts into its office."""
