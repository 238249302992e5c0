"""Foundations that know no domain word."""
