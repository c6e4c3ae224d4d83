"""All escalations at /tickets/."""

from datetime import timedelta

import pytest

from contacts.models import Customer


def numbers(response):
    return [row.ticket.number for row in response.context["rows"]]


def test_the_newest_stand_first(desk, log_issue):
    first, second = log_issue(), log_issue()
    assert numbers(desk.get("/tickets/")) == [second.number, first.number]


@pytest.mark.parametrize(
    "query",
    [
        "status=new",
        "status=open",
        "severity=P2",
        "customer=acme",
        "owner=casey",
        "level=2",
        "q=alpha",
        "source=web",
        "ordering=due",
    ],
)
def test_each_filter_keeps_what_fits(desk, log_issue, query):
    ticket = log_issue("P2", subject="Alpha")
    assert ticket.number in numbers(desk.get(f"/tickets/?{query}"))


@pytest.mark.parametrize(
    "query",
    ["status=closed", "severity=P4", "level=5", "q=omega", "breached=on", "status=done", "source=mail"],
)
def test_each_filter_leaves_out_what_does_not_fit(desk, log_issue, query):
    log_issue("P2", subject="Alpha")
    response = desk.get(f"/tickets/?{query}")
    assert numbers(response) == []
    assert "Nothing matches" in response.content.decode()


def test_breached_ones_are_found(desk, log_issue, run, now):
    ticket = log_issue("P1")
    log_issue("P4")
    now.minutes(16)
    run(16)
    assert numbers(desk.get("/tickets/?breached=on")) == [ticket.number]


def test_what_is_not_understood_is_left_out(desk, log_issue):
    ticket = log_issue()
    odd = "/tickets/?status=nonsense&severity=P9&customer=nobody&owner=x&level=9&ordering=z&page=999"
    assert numbers(desk.get(odd)) == [ticket.number]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{digits}"])
def test_a_number_leads_to_its_ticket(desk, log_issue, typed):
    ticket = log_issue()
    q = typed.format(ticket.number, lower=ticket.number.lower(), digits=ticket.number[4:])
    assert desk.get("/tickets/", {"q": q})["Location"] == ticket.get_absolute_url()


def test_pages_keep_their_filters(desk, log_issue):
    for _ in range(41):
        log_issue("P3")
    html = desk.get("/tickets/?severity=P3").content.decode()
    assert "?severity=P3&amp;page=2" in html
    assert len(numbers(desk.get("/tickets/?severity=P3&page=2"))) == 1


@pytest.fixture
def nobodys(log_issue, acme):
    """One that nobody owns, tagged, of no team, and at a high level; beside one of Casey’s."""
    log_issue("P4", subject="Casey’s")
    return log_issue("P1", subject="Nobody’s", owner=None, tags=["EU", "Login page"])


@pytest.mark.parametrize("query", ["owner=nobody", "tag=eu", "tag=Login+page", "level=3", "status=open&severity=P1"])
def test_further_filters_keep_what_fits_alone(desk, nobodys, query):
    assert numbers(desk.get(f"/tickets/?{query}")) == [nobodys.number]


def test_owner_me_is_whoever_looks(desk, signed_in, bob, log_issue):
    hers, his = log_issue(), log_issue(owner=bob)
    assert numbers(desk.get("/tickets/?owner=me")) == [hers.number]
    assert numbers(signed_in(bob).get("/tickets/?owner=me")) == [his.number]


def test_the_team_is_a_filter(desk, log_issue, team):
    ours = log_issue()
    log_issue(owner=None, team=None)
    assert numbers(desk.get("/tickets/?team=emea")) == [ours.number]


BOTH = ["Tuesday", "Monday"]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("since=2026-11-24", ["Tuesday"]),
        ("until=2026-11-23", ["Monday"]),
        ("since=2026-11-23&until=2026-11-24", BOTH),
        ("since=0001-01-01", BOTH),
        ("until=9999-12-31", BOTH),
        ("since=soon", BOTH),
    ],
)
def test_reported_from_and_until_include_their_days(desk, log_issue, at, query, seen):
    log_issue(subject="Monday", at=at + timedelta(hours=13, minutes=59))
    log_issue(subject="Tuesday", at=at + timedelta(hours=14))
    assert [row.ticket.subject for row in desk.get(f"/tickets/?{query}").context["rows"]] == seen


def test_a_day_begins_at_midnight_where_the_person_is(signed_in, log_issue, casey, at):
    casey.time_zone = "Asia/Kolkata"
    casey.save()
    log_issue(at=at + timedelta(hours=9))  # half past midnight on Tuesday, over there
    assert numbers(signed_in(casey).get("/tickets/?until=2026-11-23")) == []


def test_what_i_watch_is_a_list_with_a_count_in_the_sidebar(desk, log_issue, casey, bob, at):
    watched, _other = log_issue(owner=bob), log_issue()
    watched.watches.create(user=casey, since=at)
    response = desk.get("/tickets/?status=open&watching=on")
    assert numbers(response) == [watched.number]
    entry = next(e for _t, entries in response.context["shell"].sections for e in entries if e["label"] == "Watching")
    assert (entry["count"], entry["current"]) == (1, True)


def test_whoever_watches_nothing_is_told_how_to(desk, log_issue):
    log_issue()
    html = desk.get("/tickets/?status=open&watching=on").content.decode()
    assert "press the eye" in html
    assert "<title>Watching" in html


@pytest.mark.parametrize(("order", "first"), [
    ("severity", "Grave"), ("-severity", "Light"), ("due", "Grave"), ("-due", "Light"), ("level", "Grave"),
    ("-level", "Light"), ("customer", "Light"), ("-customer", "Grave"), ("reported", "Light"), ("-reported", "Grave"),
])  # fmt: skip
def test_every_order_goes_both_ways(desk, log_issue, at, order, first):
    zulu = Customer.objects.create(slug="zulu", name="Zulu")
    log_issue("P1", subject="Grave", customer=zulu, at=at)
    log_issue("P4", subject="Light", at=at + timedelta(minutes=1))
    assert desk.get(f"/tickets/?ordering={order}").context["rows"][0].ticket.subject == first


def test_a_head_orders_by_its_column_and_then_the_other_way(desk, log_issue):
    log_issue()
    html = desk.get("/tickets/?severity=P1").content.decode()
    assert 'href="?severity=P1&amp;ordering=due"' in html
    turned = desk.get("/tickets/?ordering=due&page=2").content.decode()
    assert 'href="?ordering=-due" aria-current="true"' in turned


def test_every_column_has_its_own_head_and_the_order_shows(desk, log_issue):
    log_issue()
    heads = desk.get("/tickets/").context["headers"]
    named = [str(head.label or head.plain) for head in heads]
    assert named == ["Severity", "Number", "Customer", "Level", "Next step", "Due", "Owner"]
    assert [str(head.label) for head in heads if head.current] == ["Number"]


def test_the_list_of_all_says_how_many_of_them_are_open(desk, log_issue, casey, at):
    log_issue().resolve(root_cause="A", solution="B", prevention="C", by=casey, at=at)
    log_issue()
    assert "1 of them open" in desk.get("/tickets/").content.decode()
    assert "of them open" not in desk.get("/tickets/?severity=P1").content.decode()


def test_filters_that_are_set_stand_there_as_chips_to_take_out(desk, log_issue):
    log_issue()
    html = desk.get("/tickets/?severity=P1&owner=me&q=sign&ordering=due").content.decode()
    assert 'id="chip-severity" href="?q=sign&amp;owner=me&amp;ordering=due"' in html
    assert 'id="chip-owner" href="?q=sign&amp;severity=P1&amp;ordering=due"' in html
    assert "chip-q" not in html


def test_empty_fields_of_a_form_leave_the_address(desk):
    assert desk.get("/tickets/?q=&severity=P1&owner=&status=")["Location"] == "/tickets/?severity=P1"
    assert desk.get("/?tab=team&q=&tag=")["Location"] == "/?tab=team"


@pytest.mark.parametrize("path", ["/tickets/filters/?severity=P1", "/tickets/filters/?tab=team&severity=P1"])
def test_the_panel_holds_what_is_set(desk, protocol, path):
    html = desk.get(path).content.decode()
    assert '<option value="P1" selected>' in html
    assert ('name="tab" value="team"' in html) == ("tab=" in path)
    assert ("filter-status" in html) != ("tab=" in path)


@pytest.mark.parametrize("value", ["\N{FIRE}" * 300, "x" * 20_000, "\u202e abc", "' OR 1=1 --", "[]", "%"])
def test_odd_filters_never_break_the_list(desk, log_issue, value):
    log_issue()
    for name in ("q", "tag", "owner", "customer", "since", "team", "level", "ordering"):
        assert desk.get("/tickets/", {name: value}).status_code == 200
        assert desk.get("/", {"tab": "team", name: value}).status_code == 200
