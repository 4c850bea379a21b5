"""Benchmarks side by side with what people would use instead: ratios against a peer in the same run."""
