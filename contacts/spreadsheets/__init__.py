"""Tables that people keep in spreadsheets: written so that no cell calculates, read back whatever program wrote them.

An import is planned twice (docs/decisions/0010): a file of any of the encodings and separators that spreadsheets write
(`reading`); each cell read by its column (`cells`, `rows`); a plan that names every problem by row and column (`plan`);
the file waits on disk between the dry run and the import (`shelf`); the two pages are the same for all (`pages`).
"""
