"""The IP-distribution log: who had this address at that time, and nothing of it altered since.

Law 5651 and the directorate's regulation (6.6, 6.32, 11.35) ask for it. Lines are kept as they came, sealed
day by day, and answer one question with a grade: never "nobody" where we do not know.
"""
