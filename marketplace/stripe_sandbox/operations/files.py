"""Files, such as evidence for a dispute: what they are called is kept, and how long they are."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.registry import lists, operation, retrieves
from marketplace.stripe_sandbox.store import Json

KIND = "file"

retrieves("get /v1/files/{file}", KIND)
lists("get /v1/files", KIND, "purpose")


@operation("post /v1/files")
def create(call: Call) -> Json:
    call.only("file purpose")
    given = call.params["file"]
    if not isinstance(given, dict) or "filename" not in given:
        raise refused("Invalid file: send it as multipart/form-data.", None, "file")
    made = call.new(
        KIND,
        "file",
        filename=given["filename"],
        links={"object": "list", "data": [], "has_more": False, "url": "/v1/file_links"},
        purpose=call.params["purpose"],
        size=int(given["size"]),
        type=given["type"],
        url=f"{call.base_url}/v1/files",
    )
    made["url"] = f"{call.base_url}/v1/files/{made['id']}/contents"
    call.store.save(made)
    return made
