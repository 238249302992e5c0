"""The read-only JSON API for partners' dashboards: one module a version, and what the versions share."""
