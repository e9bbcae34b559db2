/*
 * A component that streams: /echo sends the request's body back, /duplex pumps it to the server that x-authority names and that one's answer back, both at
 * once, /spin answers piece by piece and computes in between without ever waiting, /tick does so and waits. The bindings are made from world.wit; see build.
 */
#include "guest.h"
#include <stdlib.h>
#include <string.h>

typedef wasi_io_streams_own_output_stream_t out_t;
typedef wasi_io_streams_own_input_stream_t in_t;
typedef wasi_io_poll_own_pollable_t pollable_t;

static wasi_http_types_own_incoming_request_t request;
static wasi_http_types_own_response_outparam_t outparam;

/* What is read from one side and not yet written to the other. */
typedef struct {
  in_t from;
  out_t to;
  wasi_http_types_own_outgoing_body_t body;
  guest_list_u8_t held;
  size_t at;
  bool over;
} pump_t;

static guest_string_t text(const char *t) { return (guest_string_t){(uint8_t *)t, strlen(t)}; }

static void respond(wasi_http_types_own_outgoing_body_t *body, out_t *out) {
  wasi_http_types_own_outgoing_response_t made = wasi_http_types_constructor_outgoing_response(wasi_http_types_constructor_fields());
  wasi_http_types_method_outgoing_response_body(wasi_http_types_borrow_outgoing_response(made), body);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(*body), out);
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val.ok = made};
  wasi_http_types_static_response_outparam_set(outparam, &result);
}

static void finish(wasi_http_types_own_outgoing_body_t body, out_t out) {
  wasi_io_streams_output_stream_drop_own(out);
  wasi_http_types_error_code_t error;
  wasi_http_types_static_outgoing_body_finish(body, NULL, &error);
}

static in_t sent(void) {
  wasi_http_types_own_incoming_body_t body;
  in_t in;
  wasi_http_types_method_incoming_request_consume(wasi_http_types_borrow_incoming_request(request), &body);
  wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(body), &in);
  return in;
}

static bool put(out_t out, const uint8_t *bytes, size_t length) {
  for (size_t n; length; bytes += n, length -= n) {
    n = length < 4096 ? length : 4096;
    guest_list_u8_t chunk = {(uint8_t *)bytes, n};
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(out), &chunk, &error)) return false;
  }
  return true;
}

static void echo(void) {
  wasi_http_types_own_outgoing_body_t body;
  out_t out;
  in_t in = sent();
  respond(&body, &out);
  guest_list_u8_t got;
  wasi_io_streams_stream_error_t error;
  while (wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(in), 65536, &got, &error)) {
    bool taken = put(out, got.ptr, got.len);
    if (got.len) free(got.ptr);
    if (!taken) break;
  }
  finish(body, out);
}

/* Moves what can be moved without waiting. */
static void move(pump_t *p) {
  wasi_io_streams_stream_error_t error;
  while (!p->over) {
    if (p->at == p->held.len) {
      if (p->held.len) free(p->held.ptr);
      p->at = p->held.len = 0;
      if (!wasi_io_streams_method_input_stream_read(wasi_io_streams_borrow_input_stream(p->from), 65536, &p->held, &error)) {
        p->held.len = 0, p->over = true, finish(p->body, p->to);
        return;
      }
      if (!p->held.len) return;
    }
    uint64_t room;
    if (!wasi_io_streams_method_output_stream_check_write(wasi_io_streams_borrow_output_stream(p->to), &room, &error)) { p->over = true; return; }
    if (!room) return;
    size_t n = p->held.len - p->at < room ? p->held.len - p->at : (size_t)room;
    guest_list_u8_t chunk = {p->held.ptr + p->at, n};
    if (!wasi_io_streams_method_output_stream_write(wasi_io_streams_borrow_output_stream(p->to), &chunk, &error)) { p->over = true; return; }
    p->at += n;
  }
}

/* What a pump waits for: more to read, or room to write. */
static pollable_t waits(pump_t *p) {
  return p->at == p->held.len ? wasi_io_streams_method_input_stream_subscribe(wasi_io_streams_borrow_input_stream(p->from))
    : wasi_io_streams_method_output_stream_subscribe(wasi_io_streams_borrow_output_stream(p->to));
}

static void duplex(void) {
  wasi_http_types_own_fields_t given = wasi_http_types_method_incoming_request_headers(wasi_http_types_borrow_incoming_request(request));
  guest_string_t key = text("x-authority"), path = text("/");
  wasi_http_types_list_field_value_t values;
  wasi_http_types_method_fields_get(wasi_http_types_borrow_fields(given), &key, &values);
  guest_string_t authority = {values.ptr[0].ptr, values.ptr[0].len};
  wasi_http_types_own_outgoing_request_t call = wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t to = wasi_http_types_borrow_outgoing_request(call);
  wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_POST};
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_HTTP};
  wasi_http_types_method_outgoing_request_set_method(to, &method);
  wasi_http_types_method_outgoing_request_set_scheme(to, &scheme);
  wasi_http_types_method_outgoing_request_set_authority(to, &authority);
  wasi_http_types_method_outgoing_request_set_path_with_query(to, &path);
  pump_t up = {.from = sent()}, down = {.over = true};
  wasi_http_types_method_outgoing_request_body(to, &up.body);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(up.body), &up.to);
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  wasi_http_types_error_code_t code;
  if (!wasi_http_outgoing_handler_handle(call, NULL, &future, &code)) __builtin_trap();
  wasi_http_types_borrow_future_incoming_response_t awaited = wasi_http_types_borrow_future_incoming_response(future);
  bool answered = false;
  for (;;) {
    move(&up), move(&down);
    wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
    if (!answered && wasi_http_types_method_future_incoming_response_get(awaited, &got)) {
      if (got.val.ok.is_err) __builtin_trap();
      wasi_http_types_own_incoming_body_t theirs;
      wasi_http_types_method_incoming_response_consume(wasi_http_types_borrow_incoming_response(got.val.ok.val.ok), &theirs);
      wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(theirs), &down.from);
      respond(&down.body, &down.to);
      answered = true, down.over = false;
      continue;
    }
    pollable_t all[3];
    size_t n = 0;
    if (!up.over) all[n++] = waits(&up);
    if (!down.over) all[n++] = waits(&down);
    if (!answered) all[n++] = wasi_http_types_method_future_incoming_response_subscribe(awaited);
    if (!n) return;
    wasi_io_poll_borrow_pollable_t borrowed[3];
    for (size_t i = 0; i < n; i++) borrowed[i] = wasi_io_poll_borrow_pollable(all[i]);
    wasi_io_poll_list_borrow_pollable_t list = {borrowed, n};
    guest_list_u32_t ready;
    wasi_io_poll_poll(&list, &ready);
    free(ready.ptr);
    for (size_t i = 0; i < n; i++) wasi_io_poll_pollable_drop_own(all[i]);
  }
}

static void events(bool waiting) {
  wasi_http_types_own_outgoing_body_t body;
  out_t out;
  respond(&body, &out);
  for (char n = '1'; n <= '5'; n++) {
    char event[] = "event ?\n";
    event[6] = n;
    put(out, (uint8_t *)event, 8);
    uint64_t until = wasi_clocks_monotonic_clock_now() + 200000000;
    if (waiting) wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(wasi_clocks_monotonic_clock_subscribe_instant(until)));
    while (wasi_clocks_monotonic_clock_now() < until) {}
  }
  finish(body, out);
}

void exports_wasi_http_incoming_handler_handle(wasi_http_types_own_incoming_request_t asked, wasi_http_types_own_response_outparam_t to) {
  request = asked, outparam = to;
  guest_string_t path = {0};
  wasi_http_types_method_incoming_request_path_with_query(wasi_http_types_borrow_incoming_request(request), &path);
  char what = path.len > 1 ? (char)path.ptr[1] : 'e';
  if (what == 'd') duplex();
  else if (what == 's' || what == 't') events(what == 't');
  else echo();
}
