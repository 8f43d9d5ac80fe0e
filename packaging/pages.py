#!/usr/bin/env python3
"""pages.py CONNBEAT YAML FOLDER: writes there what goes beside the executable for who types: manual pages and completions."""
import sys
from pathlib import Path

import commands
import completion
import manual

program, yaml, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
root = commands.read(program)
manual.write(root, yaml, folder)
completion.write(root, folder)
