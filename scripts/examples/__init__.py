"""The commands that the README and docs/ show: read from the pages, and run as a reader would run them.

A ```sh block holds commands to type. A ```console block holds commands after ``$`` and, below each, what the program
prints; a line ``…`` there stands for lines that are left out. Both are run in a POSIX shell, page by page, top down.
"""
