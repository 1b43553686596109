"""Brings models up on TT machines: thin Python around the `althing` program."""
