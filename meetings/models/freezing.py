"""The triggers that keep an adopted text as it is, against SQL, the admin and bulk updates alike."""

import pgtrigger

ANY_CHANGE = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

_REFUSED = "RAISE EXCEPTION 'adopted minutes are immutable' USING ERRCODE = 'integrity_constraint_violation';"


def frozen_with_minutes(adopted: str) -> pgtrigger.Trigger:
    """Refuse any change of a row whose minutes have an approval; `adopted` selects it (PL/pgSQL).

    OLD is empty in an INSERT, NEW in a DELETE.
    """
    func = f"""
    IF EXISTS ({adopted}) THEN
        {_REFUSED}
    END IF;
    RETURN COALESCE(NEW, OLD);
"""
    return pgtrigger.Trigger(name="immutable_once_approved", when=pgtrigger.Before, operation=ANY_CHANGE, func=func)


OF_SECTION = "SELECT 1 FROM meetings_minutesapproval a WHERE a.minutes_id IN (OLD.minutes_id, NEW.minutes_id)"
OF_VERSION = """SELECT 1 FROM meetings_minutesapproval a JOIN meetings_minutessection s ON s.minutes_id = a.minutes_id
        WHERE s.id IN (OLD.section_id, NEW.section_id)"""
OF_MEETING = """SELECT 1 FROM meetings_minutesapproval a JOIN meetings_minutes m ON m.id = a.minutes_id
        WHERE m.meeting_id IN (OLD.meeting_id, NEW.meeting_id)"""

# Of adopted minutes only the state moves, and only on to « diffusé ».
MINUTES_FROZEN = pgtrigger.Trigger(
    name="immutable_once_approved",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
    IF EXISTS (SELECT 1 FROM meetings_minutesapproval a WHERE a.minutes_id = OLD.id) THEN
        IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NEW.meeting_id <> OLD.meeting_id
            OR NEW.created_at <> OLD.created_at
            OR NEW.observations_until IS DISTINCT FROM OLD.observations_until
            OR NEW.circulated_at IS DISTINCT FROM OLD.circulated_at
            OR NOT (
                NEW.state = OLD.state
                OR (OLD.state = 'circulated' AND NEW.state = 'approved')
                OR (OLD.state = 'approved' AND NEW.state = 'published')
            )
        THEN
            RAISE EXCEPTION 'adopted minutes are immutable' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN COALESCE(NEW, OLD);
""",
)


def written_once() -> pgtrigger.Trigger:
    """Refuse any change of what is written once and never again."""
    return pgtrigger.Trigger(
        name="written_once",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func="RAISE EXCEPTION '% rows are written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';",
    )
