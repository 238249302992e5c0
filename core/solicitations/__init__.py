"""Asking somebody for something by a date: signed links without an account, answers entered on record, reminders."""
