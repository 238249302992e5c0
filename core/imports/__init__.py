"""Bringing files in: what knows no domain word."""
