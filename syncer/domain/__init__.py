"""The words of the field as frozen dataclasses. Standard library only; no I/O, no clock."""
