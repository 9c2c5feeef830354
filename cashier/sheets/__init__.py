"""Things to scan in a demo: what is on a sheet, and how it is drawn on paper."""
