"""Tasks in the sense of codexapi."""
