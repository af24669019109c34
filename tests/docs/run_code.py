"""`python -m tests.docs.run_code CODE` is `python -c CODE`, which a fork server cannot start."""

import sys

exec(compile(sys.argv[1], "<string>", "exec"), {"__name__": "__main__"})
