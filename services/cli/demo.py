"""`task-ledger demo`: upload the sample drawing to the api of this machine."""

from services.cli.api_client import ApiClient
from services.cli.exits import USAGE, CommandFailed
from services.cli.machine_token import api_address, token_file
from services.cli.options import Json
from services.cli.printing import print_json, print_line
from services.cli.sample import PROJECT, upload_sample, wait_until_it_moves
from services.cli.surroundings import settings


def demo(json: Json = False) -> None:
    """Upload the sample drawing to a running api, with the token in the var folder."""
    told = settings()
    try:
        token = token_file(told.var_dir).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise CommandFailed(
            f"There is no token in {token_file(told.var_dir)}: start `task-ledger up` first.", USAGE
        ) from error
    api = ApiClient(api_address(told), token)
    task = wait_until_it_moves(api, upload_sample(api, told.var_dir))
    if json:
        print_json({"project_id": PROJECT, "task_id": task["task_id"], "status": task["status"]})
        return
    print_line(f"Task {task['task_id']} is {task['status']} in project {PROJECT}.")
