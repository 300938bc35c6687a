"""What the law asks for people in the raw files: withdrawal, a last day, another key. See docs/personal_data.md."""
