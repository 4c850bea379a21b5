"""Devices from other tools' lists: read once, or followed from then on."""

IMPORTED = "devices.d/imported.yaml"
