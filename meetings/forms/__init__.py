"""From typed text to clean values: series, meetings, agenda, presence, register."""
