"""What happened since the last report: one digest for everything, laid out as a letter."""
