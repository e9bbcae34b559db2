from spin_sdk import http, key_value
from spin_sdk.http import Request, Response


class IncomingHandler(http.IncomingHandler):
    def handle_request(self, request: Request) -> Response:
        if request.uri == "/count":
            with key_value.open_default() as store:
                count = int(store.get("count") or b"0") + 1
                store.set("count", str(count).encode())
                return Response(200, {"content-type": "text/plain"}, str(count).encode())
        if request.method == "POST":
            return Response(200, {"content-type": "text/plain"}, request.body)
        return Response(200, {"content-type": "text/plain"}, bytes("Hello from Spin and Python!", "utf-8"))
