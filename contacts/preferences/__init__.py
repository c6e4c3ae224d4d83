"""What somebody chooses for themselves: name, time zone, language, when mail may come, how pages look."""
