"""Customers from a CSV file: read it, plan what would happen, show that, and then do all of it or nothing.

What each column takes is in `cells`; the plan compares the rows with what is known (`plan`, `account`); the import
plans anew before it writes (`carry_out`). What every import shares is in contacts/spreadsheets.
"""
