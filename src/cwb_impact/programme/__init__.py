"""The programme's own figures: promises, progress, initiatives and forecasts, each with its line of the report."""
