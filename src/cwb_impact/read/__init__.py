"""Raw files to RawWave: bytes hashed, codes untouched, columns that the map does not name are not loaded."""
