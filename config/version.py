"""The version of Socle, shown on `/sante/` and in the foot of each page."""

VERSION = "0.1.0"
