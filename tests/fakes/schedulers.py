"""The systems' own programs as small scripts on PATH: they keep what they are told, and say what the real ones say.

What they keep lies beside them, so a copy of the folder is another machine in the same state.

Every call is a line of ``calls``.
"""

from __future__ import annotations

from pathlib import Path

_HEAD = """#!/bin/sh
ulimit -S -f unlimited  # the real ones only ask a service, which our limits do not reach
here=$(dirname "$0")
me=$(basename "$0")
echo "$me $*" >> "$here/calls"
only=$(cat "$here/broken-only" 2>/dev/null)
if [ -f "$here/broken" ] && [ "$me" != loginctl ]; then
    case "$*" in *"$only"*) cat "$here/broken" >&2; exit 1 ;; esac
fi
"""

SYSTEMCTL = """
[ "$1" = --user ] && shift
units="${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user"
# what systemd knows of the units is what it read last
known() { cat "$units/syncer-nightly.timer" "$units/syncer-nightly.service" 2>/dev/null; }
case "$1" in
    daemon-reload) [ ! -f "$here/active" ] || known > "$here/active" ;;
    enable) mkdir -p "$units/timers.target.wants"; ln -sf "$units/$2" "$units/timers.target.wants/$2" ;;
    restart) [ -f "$here/active" ] || known > "$here/active"; mkdir -p "$HOME/.local/share/systemd/timers"
        touch "$HOME/.local/share/systemd/timers/stamp-$2" ;;
    disable) rm -f "$here/active" "$units/timers.target.wants/$3" ;;
    show)
        if [ -f "$here/active" ] && ! known | cmp -s - "$here/active"; then echo NeedDaemonReload=yes; fi
        if [ -f "$here/active" ]; then echo ActiveState=active; else echo ActiveState=inactive; fi
        if [ -L "$units/timers.target.wants/$2" ]; then echo UnitFileState=enabled; else echo UnitFileState=disabled; fi
        echo "NextElapseUSecRealtime=Mon 2026-11-23 03:30:00 CET" ;;
    *) echo "unknown verb $1" >&2; exit 1 ;;
esac
"""
LOGINCTL = """
cat "$here/linger" 2>/dev/null || echo Linger=yes
"""
LAUNCHCTL = """
case "$1" in
    print) [ -f "$here/loaded" ] ;;
    bootstrap) if [ -f "$here/loaded" ]; then echo "Bootstrap failed: 5" >&2; exit 5; fi; cp "$3" "$here/loaded" ;;
    # the real one, too, returns before the agent is gone
    bootout) (sleep 0.5; rm "$here/loaded") >/dev/null 2>&1 & ;;
    *) exit 1 ;;
esac
"""
SCHTASKS = """
case "$1" in
    /Query) [ -f "$here/task.xml" ] && cat "$here/task.xml" ;;
    /Create) cp "$5" "$here/task.xml" ;;
    /Delete) rm "$here/task.xml" ;;
    *) exit 1 ;;
esac
"""
CRONTAB = """
case "$1" in
    -l) if [ ! -f "$here/crontab.txt" ]; then echo "no crontab for runner" >&2; exit 1; fi; cat "$here/crontab.txt" ;;
    -) cat > "$here/crontab.txt" ;;
    -r) rm "$here/crontab.txt" ;;
    *) exit 1 ;;
esac
"""
_ALL = {"systemctl": SYSTEMCTL, "loginctl": LOGINCTL, "launchctl": LAUNCHCTL, "schtasks": SCHTASKS, "crontab": CRONTAB}


class FakeSystems:
    """The scripts in a folder; put it first on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name, body in _ALL.items():
            script = folder / name
            script.write_text(_HEAD + body)
            script.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """What was run, in order."""
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def forget_calls(self) -> None:
        """Count from here."""
        (self.folder / "calls").unlink(missing_ok=True)

    def breaks(self, text: str, only: str = "") -> None:
        """From now on every call that holds ``only`` fails with ``text``."""
        (self.folder / "broken").write_text(text)
        (self.folder / "broken-only").write_text(only)

    def works(self) -> None:
        """It is mended."""
        (self.folder / "broken").unlink()
