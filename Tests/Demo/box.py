#!/usr/bin/env python3
"""box.py SOCKET CONDITION: succeeds when the condition holds of the box's status.

The condition is a Python expression over the members of `validatorctl status --json`, such as "outbox.records == 0".
"""
import json
import os
import subprocess
import sys
from types import SimpleNamespace

socket, condition = sys.argv[1:]
command = [os.path.join(os.environ["BIN"], "validatorctl"), "--socket", socket, "status", "--json"]
answer = subprocess.run(command, stdout=subprocess.PIPE, check=False)
if answer.returncode != 0:
    sys.exit(answer.returncode)
status = json.loads(answer.stdout, object_hook=lambda members: SimpleNamespace(**members))
if not eval(condition, {}, vars(status)):
    print("not yet:", answer.stdout.decode())
    sys.exit(1)
