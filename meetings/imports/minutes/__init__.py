"""Minutes written elsewhere, read: one small rule a field and shape; what the text does not say stays empty."""

from meetings.imports.minutes.proposal import Proposal
from meetings.imports.minutes.reading import read_minutes
from meetings.imports.minutes.source import Source, UnreadableFileError, read_file, read_text

__all__ = ["Proposal", "Source", "UnreadableFileError", "read_file", "read_minutes", "read_text"]
