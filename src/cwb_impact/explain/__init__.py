"""One definition on one screen: the same text in the terminal, the technical appendix and the catalogue page."""
