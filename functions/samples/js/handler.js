// A server as wasi:http has it: the component's exported interface is an exported object.
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from 'wasi:http/types@0.2.10';

let seen = 0;

export const incomingHandler = {
  handle(request, responseOut) {
    console.error(`request for ${request.pathWithQuery()}`);
    const response = new OutgoingResponse(Fields.fromList([['content-type', new TextEncoder().encode('text/plain')]]));
    const body = response.body();
    ResponseOutparam.set(responseOut, { tag: 'ok', val: response });
    const stream = body.write();
    stream.blockingWriteAndFlush(new TextEncoder().encode(`Hello from JavaScript, request ${++seen}!\n`));
    stream[Symbol.dispose]();
    OutgoingBody.finish(body, undefined);
  },
};
