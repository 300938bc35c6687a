"""Answers that were not given, drawn from people like them: a sensitivity analysis, never the headline."""
