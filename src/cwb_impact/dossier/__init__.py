"""The harmonisation report: what every variable of every wave was made from, for researchers. Exact counts."""

from cwb_impact.dossier.console import show
from cwb_impact.dossier.content import Dossier, coverage_matrix, dossier_of
from cwb_impact.dossier.page import write_html
from cwb_impact.dossier.structured import to_json

__all__ = ["Dossier", "coverage_matrix", "dossier_of", "show", "to_json", "write_html"]
