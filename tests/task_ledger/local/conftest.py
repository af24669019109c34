"""What root does with servers can only be seen as root on Linux; CI's machine is such a one."""

import os
import sys

collect_ignore: list[str] = []
if os.geteuid() != 0 or sys.platform != "linux":
    collect_ignore.append("test_embedded_as_root.py")
