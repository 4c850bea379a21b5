"""The one source of truth: what the municipality has, in one folder of YAML files."""
