"""The pages under /templates/: what customers are written, and how it changes."""
