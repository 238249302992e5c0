"""Coverage files (3W, 4W) of partners: read against what the portal knows, with everything to be told of them."""

from core.imports.tables import UnreadableTableError
from interventions.imports.coverage.proposal import CoverageRow, CoverageSheet, Issue
from interventions.imports.coverage.reading import read

__all__ = ["CoverageRow", "CoverageSheet", "Issue", "UnreadableTableError", "read"]
