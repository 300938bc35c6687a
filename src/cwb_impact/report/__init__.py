"""From a release folder to reports: numbers, words, charts, text, and the two ways to make documents of them."""
