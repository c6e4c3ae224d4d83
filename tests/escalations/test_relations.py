"""Issues that belong together: linked, merged, tagged, and who else at the customer hears of them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections

from contacts.models import Customer
from escalations import customer_mail, tags
from escalations.delivery import deliver
from escalations.errors import Invalid, NotAllowed
from escalations.models import Attachment, Watch
from escalations.sweep import sweep
from templates_app.models import Notification

M = timedelta(minutes=1)
SOLVED = {"root_cause": "a", "solution": "b", "prevention": "c"}


@pytest.fixture
def pair(log_issue, at):
    """A target, and what will turn out to be a duplicate of it."""
    target = log_issue("P2", subject="Nobody can sign in")
    return target, log_issue(
        "P1", subject="Login broken", description="500 since ten.", reporter_email="kim@acme.example"
    )


# --- links ---


def test_both_sides_of_a_link_record_it(pair, casey, at):
    one, two = pair
    one.link(other=two, kind="relapse", by=casey, at=at + M)
    assert one.events.get(kind="linked").data == {"other": two.number, "how": "relapse"}
    assert two.events.get(kind="linked").data == {"other": one.number, "how": "relapse", "backwards": True}
    assert [link.other_id for link in one.links.all()] == [two.pk]


def test_no_link_to_itself_and_none_twice_from_either_side(pair, casey, at):
    one, two = pair
    with pytest.raises(Invalid, match="itself"):
        one.link(other=one, kind="related", by=casey, at=at)
    one.link(other=two, kind="related", by=casey, at=at + M)
    for first, second in ((one, two), (two, one)):
        with pytest.raises(Invalid, match=f"{one.number} is “Related to” {two.number}"):
            first.link(other=second, kind="duplicate", by=casey, at=at + 2 * M)
    assert one.links.count() + two.links.count() == 1


def test_a_link_goes_from_either_side(pair, casey, at):
    one, two = pair
    one.link(other=two, kind="related", by=casey, at=at + M)
    two.unlink(other=one, by=casey, at=at + 2 * M)
    assert not one.links.exists()
    assert one.events.filter(kind="linked").first().data["gone"] is True
    with pytest.raises(NotAllowed):
        two.unlink(other=one, by=casey, at=at + 3 * M)


# --- merging ---


def merge(pair, casey, at, reason="The same outage."):
    target, duplicate = pair
    duplicate.merge(into=target, reason=reason, by=casey, at=at)
    target.refresh_from_db()
    return target, duplicate


def test_a_duplicate_is_closed_without_a_verdict(pair, casey, at):
    _target, duplicate = merge(pair, casey, at + 5 * M)
    assert (duplicate.status, duplicate.closed_at) == ("closed", at + 5 * M)
    assert {clock.verdict for clock in duplicate.clocks.all()} == {"stopped"}
    assert duplicate.next_due_at is None
    sweep(at + timedelta(days=2))
    assert not duplicate.events.filter(kind__in=["breach", "step"], at__gt=at + 5 * M).exists()


def test_a_breach_that_was_there_stays_one(pair, casey, at):
    _target, duplicate = merge(pair, casey, at + 20 * M)
    assert duplicate.clocks.get(kind="response").verdict == "breached"
    assert duplicate.clocks.get(kind="resolution").verdict == "stopped"


def test_what_the_duplicate_holds_goes_over(pair, casey, bob, at):
    target, duplicate = pair
    Watch.objects.create(ticket=duplicate, user=bob, since=at)
    Watch.objects.create(ticket=duplicate, user=casey, since=at)
    Watch.objects.create(ticket=target, user=casey, since=at)
    Attachment.objects.create(ticket=duplicate, name="log.txt", content_type="text/plain", size=1, uploaded_at=at)
    merge(pair, casey, at + M)
    assert set(target.watches.values_list("user", flat=True)) == {bob.pk, casey.pk}
    assert target.attachments.get().name == "log.txt"
    assert target.cc == ["kim@acme.example"]
    assert target.events.get(kind="note").text == f"{duplicate.number} Login broken\n\n500 since ten."
    assert target.events.get(kind="merged").data == {"duplicate": duplicate.number}
    assert duplicate.events.get(kind="merged").data == {"into": target.number}


def test_everybody_on_the_ladder_hears_that_it_is_over(pair, casey, at):
    target, duplicate = merge(pair, casey, at + M)
    told = Notification.objects.filter(about=duplicate.number, kind="merged")
    assert {row.to_address for row in told} == {f"level-{n}@desk.example" for n in ("2", "3", "technical")}
    assert not duplicate.escalations.filter(ended_at=None).exists()
    from templates_app.mail import compose

    assert compose([told[0]], at=at + M).subject.endswith(f"Login broken – merged into {target.number}")


@pytest.mark.django_db(transaction=True)
def test_nobody_is_asked_to_act_on_what_was_merged_before_the_mail_left(pair, smtp, casey, at):
    _target, duplicate = merge(pair, casey, at + timedelta(seconds=1))
    deliver(at + timedelta(seconds=5))
    opened = Notification.objects.filter(about=duplicate.number, kind="opened")
    assert {row.state for row in opened} == {"cancelled"}


def test_every_verb_on_a_merged_issue_names_where_it_went(pair, casey, at):
    target, duplicate = merge(pair, casey, at + M)
    for verb, words in (("note", {"text": "x"}), ("edit", {"subject": "y"}), ("close", {}), ("retag", {"add": ["z"]})):
        with pytest.raises(NotAllowed, match=f"merged into {target.number}"):
            getattr(duplicate, verb)(by=casey, at=at + 2 * M, **words)


def test_reopening_takes_it_out_again(pair, casey, at):
    _target, duplicate = merge(pair, casey, at + M)
    duplicate.reopen(reason="Something else after all.", by=casey, at=at + 11 * M)
    assert (duplicate.merged_into, duplicate.status) == (None, "in_progress")
    resolution = duplicate.clocks.get(kind="resolution")
    assert resolution.due_at == at + timedelta(hours=4) + 10 * M, "what it was merged for does not count"


def test_what_cannot_be_merged_says_why(pair, log_issue, casey, at):
    target, duplicate = pair
    other = log_issue(customer=Customer.objects.create(slug="lumen", name="Lumen"))
    closed = log_issue("P3")
    closed.resolve(by=casey, at=at + M, **SOLVED)
    third = log_issue("P3")
    for into, words in ((duplicate, "itself"), (other, "another customer"), (closed, "Resolved")):
        with pytest.raises(Invalid, match=words) as refused:
            duplicate.merge(into=into, reason="r", by=casey, at=at + 2 * M)
        assert list(refused.value.fields) == ["into"]
    merge(pair, casey, at + 3 * M)
    with pytest.raises(Invalid, match="itself merged into"):
        third.merge(into=duplicate, reason="r", by=casey, at=at + 4 * M)
    with pytest.raises(NotAllowed, match="merged into"):
        duplicate.merge(into=third, reason="r", by=casey, at=at + 4 * M)
    with pytest.raises(Invalid, match="Say why"):
        third.merge(into=target, reason=" ", by=casey, at=at + 4 * M)


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_each_into_the_other_at_once_leave_one_open(pair, casey, at):
    one, two = pair
    start, outcomes = threading.Barrier(2), []

    def run(duplicate, into):
        try:
            start.wait(5)
            duplicate.merge(into=into, reason="Same.", by=casey, at=at + M)
            outcomes.append("merged")
        except (Invalid, NotAllowed):
            outcomes.append("refused")
        finally:
            connections.close_all()

    fresh = type(one).objects
    threads = [
        threading.Thread(target=run, args=(fresh.get(pk=one.pk), fresh.get(pk=two.pk))),
        threading.Thread(target=run, args=(fresh.get(pk=two.pk), fresh.get(pk=one.pk))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    connection.ensure_connection()
    assert sorted(outcomes) == ["merged", "refused"]
    assert sorted(fresh.values_list("status", flat=True)) == ["closed", "new"]


# --- tags and copies ---


def test_tags_are_added_and_taken_away_and_one_is_one_however_it_is_written(log_issue, casey, at):
    ticket = log_issue(tags=["Login"])
    ticket.retag(add=[" sso ", "LOGIN", "Straße", "STRASSE"], by=casey, at=at + M)
    assert ticket.tags == ["Login", "sso", "Straße"]
    ticket.retag(remove=["SSO"], by=casey, at=at + 2 * M)
    assert ticket.tags == ["Login", "Straße"]
    assert ticket.events.filter(kind="edited").count() == 2


@pytest.mark.parametrize("wrong", [["x" * 41], [f"tag {n}" for n in range(21)]])
def test_what_is_no_tag_is_refused(log_issue, casey, at, wrong):
    with pytest.raises(Invalid) as refused:
        log_issue().retag(add=wrong, by=casey, at=at + M)
    assert list(refused.value.fields) == ["tags"]


def test_the_tags_used_most_are_suggested_first(log_issue, django_assert_num_queries):
    for given in (["sso"], ["sso", "login"], []):
        log_issue("P4", tags=given)
    with django_assert_num_queries(1):
        assert tags.used_lately() == ["sso", "login"]


def test_a_message_to_the_customer_goes_to_everybody_in_copy_once(log_issue, casey, at):
    ticket = log_issue(reporter_name="Kim", reporter_email="kim@acme.example")
    ticket.edit(cc=["Lee@acme.example", "lee@ACME.example", "KIM@acme.example"], by=casey, at=at + M)
    assert customer_mail.addressees(ticket) == [("Kim", "kim@acme.example"), ("", "Lee@acme.example")]
    ticket.acknowledge(by=casey, at=at + 2 * M, message=True)
    sent = Notification.objects.filter(about=ticket.number, kind="customer").order_by("pk")
    assert [row.to_address for row in sent] == ["kim@acme.example", "Lee@acme.example"]
    assert sent[0].text == sent[1].text


@pytest.mark.parametrize("wrong", [["nobody"], [f"a{n}@b.example" for n in range(11)]])
def test_what_is_no_list_of_addresses_is_refused(log_issue, casey, at, wrong):
    with pytest.raises(Invalid) as refused:
        log_issue().edit(cc=wrong, by=casey, at=at + M)
    assert list(refused.value.fields) == ["cc"]
