"""Builders for the rows of docs/bad_input.md. Files are made on the spot: a bomb or a cut file is shorter as code."""
