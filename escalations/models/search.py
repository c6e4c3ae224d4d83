"""What a search looks at, kept beside the tickets."""

from django.db import models

LONGEST_WORD = 40


class SearchText(models.Model):
    """What can be found in one ticket; `escalations.search.index` alone writes it.

    `text` is what people wrote, a line a piece, for excerpts. `words` is every word of it once, folded, with a space
    on either side; the customer stands among them as its key ("@17"), so that a new name is found at once. The
    database keeps an index of `words` by itself (migration 0005): a generated column on PostgreSQL, FTS5 on SQLite.
    """

    ticket = models.OneToOneField(
        "escalations.Ticket", primary_key=True, on_delete=models.CASCADE, related_name="search_text"
    )
    text = models.TextField()
    words = models.TextField()

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class SearchWord(models.Model):
    """A word that stands in some ticket: leads from a part of a word, or from a slip of the pen, to whole words."""

    word = models.CharField(max_length=LONGEST_WORD, primary_key=True)

    def __str__(self) -> str:
        return self.word
