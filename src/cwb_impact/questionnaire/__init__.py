"""The question bank: the next wave's questionnaire from the data dictionary, and the wave map that belongs to it."""
