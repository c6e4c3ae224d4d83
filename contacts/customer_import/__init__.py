"""Customers from a CSV file: read it, plan what would happen, show that, and then do all of it or nothing.

A file is any of the encodings and separators that spreadsheets write (`reading`); each cell is read by its column
(`cells`); the plan compares the rows with what is known and names every problem by row and column (`plan`); the file
waits on disk between the dry run and the import (`shelf`), which plans anew before it writes (`carry_out`).
"""
