import random
import sys
import time

from componentize_py_types import Err, Ok
from wit_world import exports
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.types import Fields, IncomingRequest, Method_Post, OutgoingBody, OutgoingResponse, ResponseOutparam

seen = 0


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        global seen
        seen += 1
        path = request.path_with_query()
        print(f"python: {path}", file=sys.stderr)
        if isinstance(request.method(), Method_Post):
            body = read(request)
        elif path is not None and path.endswith("/fresh"):
            body = f"{time.time()} {random.SystemRandom().random()} {seen}".encode()
        else:
            body = b"Hello from Python!\n"
        answer(response_out, body)


def read(request: IncomingRequest) -> bytes:
    body = b""
    with request.consume() as incoming, incoming.stream() as stream:
        while True:
            try:
                body += stream.blocking_read(16 * 1024)
            except Err as error:
                if isinstance(error.value, StreamError_Closed):
                    return body
                raise


def answer(response_out: ResponseOutparam, contents: bytes) -> None:
    response = OutgoingResponse(Fields.from_list([("content-type", b"text/plain")]))
    body = response.body()
    ResponseOutparam.set(response_out, Ok(response))
    with body.write() as stream:
        for start in range(0, len(contents), 4096):
            stream.blocking_write_and_flush(contents[start : start + 4096])
    OutgoingBody.finish(body, None)
