"""The post-mortem of a ticket (Escalation Protocol, section 4 step 6): written, published, opened again."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from contacts.models import User
from escalations.actors import Actor
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.models.care import Review

from .checklist import is_leader
from .turn import turn

TEXTS = ("summary", "impact", "causes", "went_well", "lessons")
NEEDED = ("summary", "impact", "causes", "lessons")
MOST_MOMENTS = 50
LONGEST_MOMENT = 300
EARLIEST = timedelta(days=366)  # before the report: what led to an issue began a while ago


class ChangedMeanwhile(NotAllowed):
    """Somebody else saved the post-mortem after it was opened; `review` is what stands there now."""

    def __init__(self, review: Review) -> None:
        names = {"name": review.edited_by.name}
        super().__init__("write_review", _("%(name)s has changed this post-mortem meanwhile.") % names)
        self.review = review


class ReviewVerbs:
    """Part of Ticket."""

    def write_review(self: Any, *, version: int, by: User, at: datetime, **texts: str) -> None:
        """Save the draft. `version` is the one that was read (0: there was none); raises ChangedMeanwhile if it is
        not the one that stands there any more."""
        with turn(self, "write_review", at) as case:
            review = _draft(case.ticket, version, "write_review", by, case.at)
            if review.pk is None:
                case.record(EventKind.REVIEWED, by=Actor.of(by), what="started")
            _save(review, texts, by, case.at)

    def publish_review(self: Any, *, version: int, by: User, at: datetime, **texts: str) -> None:
        """Save and publish. Raises Invalid, naming every part that is still empty."""
        empty = {name: _("Please fill this in.") for name in NEEDED if not texts.get(name, "").strip()}
        if empty:
            raise Invalid(**empty)
        with turn(self, "publish_review", at) as case:
            review = _draft(case.ticket, version, "publish_review", by, case.at)
            review.published_at, review.published_by = case.at, by
            _save(review, texts, by, case.at)
            case.record(EventKind.REVIEWED, by=Actor.of(by), text=review.summary, what="published")

    def reopen_review(self: Any, *, reason: str, by: User, at: datetime) -> None:
        """Open a published post-mortem for editing; managers and administrators only."""
        if not reason.strip():
            raise Invalid(reason=_("Say why."))
        if not is_leader(by):
            raise NotAllowed("reopen_review", _("Ask a manager to open the post-mortem again."))
        with turn(self, "reopen_review", at) as case:
            review = Review.objects.filter(ticket=case.ticket, published_at__isnull=False).first()
            if review is None:
                raise NotAllowed("reopen_review", _("The post-mortem is not published."))
            review.published_at = review.published_by = None
            _save(review, {}, by, case.at)
            case.record(EventKind.REVIEWED, by=Actor.of(by), text=reason.strip(), what="reopened")

    def add_moment(self: Any, *, moment_at: datetime, text: str, by: User, at: datetime) -> None:
        """Add to the timeline something that happened outside the desk."""
        text = " ".join(text.split())
        if not text:
            raise Invalid(text=_("Say what happened."))
        if len(text) > LONGEST_MOMENT:
            raise Invalid(text=_("Keep it under %(most)s characters.") % {"most": LONGEST_MOMENT})
        with turn(self, "write_review", at) as case:
            if not case.ticket.reported_at - EARLIEST <= moment_at <= case.at:
                raise Invalid(moment_at=_("Give a time that has passed, at most a year before the issue was reported."))
            review = _for_moments(case.ticket, by, case.at)
            if len(review.added) >= MOST_MOMENTS:
                raise NotAllowed(
                    "write_review",
                    _("The timeline has %(most)s moments by hand. Take one out first.") % {"most": MOST_MOMENTS},
                )
            moments = [*review.added, {"at": moment_at.isoformat(), "text": text}]
            review.added = sorted(moments, key=lambda moment: datetime.fromisoformat(moment["at"]))
            review.save()

    def drop_moment(self: Any, *, moment_at: str, text: str, by: User, at: datetime) -> None:
        """Take a moment that was added by hand out again; one that is gone already is no error."""
        with turn(self, "write_review", at) as case:
            review = _for_moments(case.ticket, by, case.at)
            if review.pk:
                review.added = [m for m in review.added if (m["at"], m["text"]) != (moment_at, text)]
                review.save()


def _draft(ticket: Any, version: int, verb: str, by: User, at: datetime) -> Review:
    """The post-mortem for editing, a new one if there is none."""
    review = Review.objects.select_related("edited_by").filter(ticket=ticket).first()
    if review is None:
        return Review(ticket=ticket, version=0, edited_at=at, edited_by=by)
    if review.published_at:
        raise NotAllowed(verb, _("The post-mortem is published. A manager can open it again."))
    if review.version != version:
        raise ChangedMeanwhile(review)
    return review


def _for_moments(ticket: Any, by: User, at: datetime) -> Review:
    """Moments stand beside the text: adding one while somebody else writes is no conflict."""
    current = Review.objects.filter(ticket=ticket).values_list("version", flat=True).first()
    return _draft(ticket, current or 0, "write_review", by, at)


def _save(review: Review, texts: dict[str, str], by: User, at: datetime) -> None:
    if unknown := set(texts) - set(TEXTS):
        raise Invalid(**{name: _("This cannot be edited.") for name in unknown})
    for name, text in texts.items():
        setattr(review, name, text.strip())
    review.version += 1
    review.edited_at, review.edited_by = at, by
    review.save()
