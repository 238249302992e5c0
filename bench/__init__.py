"""Benchmarks: ten years of meetings, and how quickly pages, documents and reminders come from them."""
