"""Statistics with influence values, one variance kernel, intervals, and the table of all estimates."""
