"""The contact matrix as a page: rungs by teams, who is asked now and who instead, its editor, its history, its file."""
