from spin_sdk import http, key_value, variables
from spin_sdk.http import Request, Response
from spin_sdk.wit.imports import atomics, redis, wasi_config_store, wasi_keyvalue_store
from spin_sdk.wit.types import Err


def text(status: int, body: str) -> Response:
    return Response(status, {"content-type": "text/plain"}, bytes(body, "utf-8"))


def visits(name: str) -> Response:
    with key_value.open_default() as store:
        visits = int(store.get(name) or b"0") + 1
        store.set(name, bytes(str(visits), "utf-8"))
    return text(200, f"{variables.get('greeting')}, {name}: {visits}")


def number(name: str) -> Response:
    """Counted by the store itself."""
    with wasi_keyvalue_store.open("default") as bucket:
        return text(200, str(atomics.increment(bucket, name, 1)))


def swap(name: str, value: str) -> Response:
    """Sets a value that was changed after it had been looked at, and then the changed one."""
    with wasi_keyvalue_store.open("default") as bucket:
        bucket.delete(name)
        cas = atomics.Cas.new(bucket, name)
        bucket.set(name, b"meanwhile")
        try:
            atomics.swap(cas, b"too late")
            return text(500, "swapped what had changed")
        except Err as e:
            cas = e.value.value
        seen = cas.current()
        atomics.swap(cas, bytes(value, "utf-8"))
        return text(200, f"{seen.decode()} {bucket.get(name).decode()}")


def upstream() -> Response:
    answer = http.send(Request("GET", variables.get("upstream") + "/hello", {}, None))
    return Response(answer.status, {"x-upstream": answer.headers["x-who"]}, answer.body)


class IncomingHandler(http.IncomingHandler):
    def handle_request(self, request: Request) -> Response:
        route, *rest = request.headers["spin-path-info"].strip("/").split("/")
        try:
            match route:
                case "visits":
                    return visits(*rest)
                case "number":
                    return number(*rest)
                case "swap":
                    return swap(*rest)
                case "upstream":
                    return upstream()
                case "config":
                    return text(200, str(wasi_config_store.get("greeting")))
                case "store":
                    key_value.open(*rest)
                    return text(200, "opened")
                case "redis":
                    redis.Connection.open("redis://localhost:6379")
                    return text(200, "opened")
        except Err as e:
            return text(500, f"{type(e.value).__name__} {getattr(e.value, 'value', '')}".strip())
        return text(404, "")
