"""The till by real events: keys with timestamps, clicks, and what then stands in the database."""
