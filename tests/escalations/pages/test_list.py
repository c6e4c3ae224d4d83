"""All escalations at /tickets/."""

import pytest


def numbers(response):
    return [row.ticket.number for row in response.context["rows"]]


def test_the_newest_stand_first(desk, log_issue):
    first, second = log_issue(), log_issue()
    assert numbers(desk.get("/tickets/")) == [second.number, first.number]


@pytest.mark.parametrize(
    "query",
    ["status=new", "status=open", "severity=P2", "customer=acme", "owner=casey", "level=2", "q=alpha", "ordering=due"],
)
def test_each_filter_keeps_what_fits(desk, log_issue, query):
    ticket = log_issue("P2", subject="Alpha")
    assert ticket.number in numbers(desk.get(f"/tickets/?{query}"))


@pytest.mark.parametrize("query", ["status=closed", "severity=P4", "level=5", "q=omega", "breached=on", "status=done"])
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
    for _ in range(51):
        log_issue("P3")
    html = desk.get("/tickets/?severity=P3").content.decode()
    assert "?severity=P3&amp;page=2" in html
    assert len(numbers(desk.get("/tickets/?severity=P3&page=2"))) == 1
