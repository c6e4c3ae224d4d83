"""Finding tickets by what a person types.

`matching` narrows tickets to those that a search finds, `index` writes down what can be found in a ticket, `excerpts`
show where something was found. How words are cut and folded is in `words`, for what is searched and what is typed
alike.
"""

from .document import index, rebuild
from .excerpt import Excerpt, excerpts, says
from .query import matching

__all__ = ["Excerpt", "excerpts", "index", "matching", "rebuild", "says"]
