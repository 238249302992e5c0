"""Exports: ordered columns and rows, as a spreadsheet or as separated text."""
