"""The figures of a month or a year, article by article."""
