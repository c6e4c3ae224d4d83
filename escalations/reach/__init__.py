"""Can everybody whom the ladder will ask be reached? Looking ahead (coverage), and trying it (drills)."""
