"""The contact matrix from a CSV file. For every rung that a file names, of everyone or of a team, the file says who
stands there, in which order; whom it leaves out there is removed. Rungs that it does not name stay as they are.
"""
