// A server in C, over the bindings that wit-bindgen makes of the world wasi:http/proxy.
#include "proxy.h"
#include <stdlib.h>
#include <string.h>

static int seen;

static void write_all(wasi_io_streams_own_output_stream_t stream, const uint8_t *bytes, size_t length) {
  while (length > 0) {
    proxy_list_u8_t part = {(uint8_t *)bytes, length < 4096 ? length : 4096};
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(stream), &part, &error)) {
      wasi_io_streams_stream_error_free(&error);
      return;
    }
    bytes += part.len;
    length -= part.len;
  }
}

static void echo(wasi_http_types_borrow_incoming_request_t request, wasi_io_streams_own_output_stream_t out) {
  wasi_http_types_own_incoming_body_t body;
  wasi_io_streams_own_input_stream_t in;
  if (!wasi_http_types_method_incoming_request_consume(request, &body)) return;
  if (wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &in)) {
    proxy_list_u8_t part;
    wasi_io_streams_stream_error_t end;
    while (wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(in), 65536, &part, &end)) {
      write_all(out, part.ptr, part.len);
      proxy_list_u8_free(&part);
    }
    wasi_io_streams_stream_error_free(&end);
    wasi_io_streams_input_stream_drop_own(in);
  }
  wasi_http_types_incoming_body_drop_own(body);
}

static void log_line(proxy_string_t *path) {
  wasi_io_streams_own_output_stream_t log = wasi_cli_stderr_get_stderr();
  write_all(log, (const uint8_t *)"c: ", 3);
  write_all(log, path->ptr, path->len);
  write_all(log, (const uint8_t *)"\n", 1);
  wasi_io_streams_output_stream_drop_own(log);
}

static wasi_http_types_own_outgoing_response_t respond(void) {
  wasi_http_types_own_fields_t fields = wasi_http_types_constructor_fields();
  proxy_string_t name;
  proxy_string_set(&name, "content-type");
  wasi_http_types_field_value_t value = {(uint8_t *)"text/plain", 10};
  wasi_http_types_header_error_t error;
  wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(fields), &name, &value, &error);
  return wasi_http_types_constructor_outgoing_response(fields);
}

void exports_wasi_http_incoming_handler_handle(exports_wasi_http_incoming_handler_own_incoming_request_t request,
                                               exports_wasi_http_incoming_handler_own_response_outparam_t outparam) {
  wasi_http_types_borrow_incoming_request_t borrowed = wasi_http_types_borrow_incoming_request(request);
  proxy_string_t path;
  if (wasi_http_types_method_incoming_request_path_with_query(borrowed, &path)) {
    log_line(&path);
    proxy_string_free(&path);
  }
  wasi_http_types_method_t method;
  wasi_http_types_method_incoming_request_method(borrowed, &method);

  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false};
  wasi_http_types_own_outgoing_body_t body;
  wasi_io_streams_own_output_stream_t stream;
  result.val.ok = respond();
  wasi_http_types_method_outgoing_response_body(wasi_http_types_borrow_outgoing_response(result.val.ok), &body);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &stream);
  wasi_http_types_static_response_outparam_set(outparam, &result);

  if (method.tag == WASI_HTTP_TYPES_METHOD_POST) {
    echo(borrowed, stream);
  } else {
    char text[] = "Hello from C, request 0!\n";
    text[sizeof(text) - 4] += (char)(++seen % 10);
    write_all(stream, (const uint8_t *)text, sizeof(text) - 1);
  }
  wasi_http_types_method_free(&method);
  wasi_io_streams_output_stream_drop_own(stream);
  wasi_http_types_error_code_t error;
  wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
  wasi_http_types_incoming_request_drop_own(request);
}
