"""Respondents and their weights: the design in which every estimate of a wave is computed."""
