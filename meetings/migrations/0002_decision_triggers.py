"""What adopted minutes say was decided stays as it is.

The table is `taskforce`'s, which knows no minutes: the trigger is declared here, above both.
"""

from django.db import migrations

FREEZE = """
CREATE FUNCTION meetings_decision_immutable_once_approved() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM meetings_meetingdecision l
        JOIN meetings_minutes m ON m.meeting_id = l.meeting_id
        JOIN meetings_minutesapproval a ON a.minutes_id = m.id
        WHERE l.decision_id = OLD.id
    ) THEN
        RAISE EXCEPTION 'adopted minutes are immutable' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER meetings_decision_immutable_once_approved
    BEFORE UPDATE OR DELETE ON taskforce_decision
    FOR EACH ROW EXECUTE FUNCTION meetings_decision_immutable_once_approved();
"""

THAW = """
DROP TRIGGER meetings_decision_immutable_once_approved ON taskforce_decision;
DROP FUNCTION meetings_decision_immutable_once_approved();
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunSQL(FREEZE, THAW)]
