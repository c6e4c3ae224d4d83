"""Overviews by mail: what is mine each working day, what is the team's each morning, the numbers each week."""
