"""Nouns and decisions, pure: what a line says, who held an address when, how sure that is, what is sealed."""
