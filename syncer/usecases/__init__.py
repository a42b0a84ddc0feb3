"""The program's jobs: each takes adapters and values, does one thing, and returns what happened. Nothing prints."""
