"""Registers: lists that co-ops, anchor organisations and the programme keep, from template to figure."""
