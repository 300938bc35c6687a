"""Raw waves to dictionary variables: every value mapped or missing for a stated reason, never anything between."""
