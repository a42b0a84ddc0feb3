"""Makes the pictures that the README shows, from the demo's own report."""
