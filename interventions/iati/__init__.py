"""IATI 2.03 activities from intervention sheets: what the standard asks is checked and said in words before anything is written."""

from interventions.iati.checks import Problem, Report, report_on
from interventions.iati.sheets import checkable, loaded
from interventions.iati.writing import write_activities

__all__ = ["Problem", "Report", "checkable", "loaded", "report_on", "write_activities"]
