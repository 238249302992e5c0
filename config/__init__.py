"""The project: settings, addresses, services. Knows every app; no app knows it."""
