"""The directory and Kerberos, slips, records and lists: each behind the one file that knows it."""
