"""Where things live and how the runner wants them: flag > environment > file > default, read once, passed as values."""

from syncer.settings.load import load_settings
from syncer.settings.options import OPTIONS, Settings
from syncer.settings.paths import Paths, find_paths
from syncer.settings.secret import Secret

__all__ = ["OPTIONS", "Paths", "Secret", "Settings", "find_paths", "load_settings"]
