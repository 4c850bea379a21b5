"""Devices from other tools' lists: read once, or followed from then on."""
