"""What reports count, and the tables and charts that show it: what a job and a report both speak."""
