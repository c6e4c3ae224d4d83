"""What other programs are told: which events, in which words, and the pages on which administrators arrange it."""
