"""The least that PostgreSQL itself needs for a due clock: the same rows as the sweep writes, in one statement a batch.

It decides nothing: no calendars, no matrix, no wording, one fixed step. What the sweep costs more is Python and rules.
"""

from datetime import datetime

from django.db import connection, transaction

BATCH = 200
STATEMENT = """
WITH due AS (
    SELECT c.id, c.ticket_id, c.due_at, t.subject, t.description
    FROM escalations_clock c JOIN escalations_ticket t ON t.id = c.ticket_id
    WHERE c.next_event_at <= %(at)s ORDER BY c.next_event_at LIMIT %(batch)s FOR UPDATE OF t SKIP LOCKED
), clock AS (
    UPDATE escalations_clock c SET breached_at = due.due_at, fired_at = due.due_at, next_event = 'step',
        next_event_at = %(at)s + interval '4 hours'
    FROM due WHERE c.id = due.id
), ticket AS (
    UPDATE escalations_ticket t SET level = 2, climbed_at = due.due_at FROM due WHERE t.id = due.ticket_id
), event AS (
    INSERT INTO escalations_event (uid, ticket_id, clock_id, cycle, key, kind, due_at, at, actor_name, text, data)
    SELECT gen_random_uuid(), ticket_id, id, 1::smallint, 'breach', 'breach', due_at, %(at)s, '', '', '{}'::jsonb
    FROM due UNION ALL
    SELECT gen_random_uuid(), ticket_id, NULL, NULL, '', 'escalated', due_at, %(at)s, '', '', '{}' FROM due
), escalation AS (
    INSERT INTO escalations_escalation (ticket_id, level, cause, clock_id, reason, at, contacts, taken_by_name)
    SELECT ticket_id, '2', 'breach', id, '', %(at)s, '[]', '' FROM due
), message AS (
    INSERT INTO templates_app_notification (idem, kind, about, level, channel, to_name, to_address, time_zone, urgent,
        late, context, subject, text, html, state, reason, due_at, created_at, next_try_at, attempts, lease)
    SELECT 'limit.' || id || kind, kind, 'ESC-' || 1000 + ticket_id, '2', 'email', '', 'limit@desk.example', '', false,
        false, jsonb_build_object('subject', subject, 'description', description), '', '', '', 'queued', '', due_at,
        %(at)s, %(at)s, 0, ''
    FROM due CROSS JOIN (VALUES ('breach'), ('escalated')) AS kinds (kind)
)
SELECT count(*) FROM due
"""


def sweep(at: datetime) -> int:
    """How many clocks it moved on."""
    done = 0
    while moved := _batch(at):
        done += moved
    return done


@transaction.atomic
def _batch(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"at": at, "batch": BATCH})
        return int(cursor.fetchone()[0])
