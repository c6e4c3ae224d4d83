"""The page of numbers: `views` asks `metrics.board` for one scope, the other files put its answer into words and
pictures. Nothing here counts anything."""
