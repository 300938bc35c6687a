"""YAML to typed models that remember file and line: the dictionary, the study, its wave maps, the programme."""
