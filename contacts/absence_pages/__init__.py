"""Who is away, and whose week it is: pages for everybody's own absences, and for managers everybody's and the turns."""
