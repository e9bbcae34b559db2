/*
 * A component that serves HTTP and does, right or wrong, what the last segment of the request's path names (the table at the end of this file).
 * The bindings are made from world.wit; see build.
 */
#include "guest.h"
#include <stdlib.h>
#include <string.h>

typedef wasi_http_types_own_fields_t fields_t;
typedef wasi_io_streams_own_output_stream_t out_t;
typedef wasi_io_streams_own_input_stream_t in_t;
typedef wasi_http_types_error_code_t code_t;

static wasi_http_types_own_incoming_request_t request;
static wasi_http_types_own_response_outparam_t outparam;
static fields_t given;   /* the request's */
static fields_t headers; /* the answer's, until it is set */
static wasi_http_types_own_outgoing_response_t response;
static wasi_http_types_own_outgoing_body_t body;
static out_t out;
static char path[4096];
static char page[65536]; /* what a body is filled with */

static const char *const CODES[] = {
  "DNS-timeout", "DNS-error", "destination-not-found", "destination-unavailable", "destination-IP-prohibited", "destination-IP-unroutable",
  "connection-refused", "connection-terminated", "connection-timeout", "connection-read-timeout", "connection-write-timeout",
  "connection-limit-reached", "TLS-protocol-error", "TLS-certificate-error", "TLS-alert-received", "HTTP-request-denied",
  "HTTP-request-length-required", "HTTP-request-body-size", "HTTP-request-method-invalid", "HTTP-request-URI-invalid", "HTTP-request-URI-too-long",
  "HTTP-request-header-section-size", "HTTP-request-header-size", "HTTP-request-trailer-section-size", "HTTP-request-trailer-size",
  "HTTP-response-incomplete", "HTTP-response-header-section-size", "HTTP-response-header-size", "HTTP-response-body-size",
  "HTTP-response-trailer-section-size", "HTTP-response-trailer-size", "HTTP-response-transfer-coding", "HTTP-response-content-coding",
  "HTTP-response-timeout", "HTTP-upgrade-failed", "HTTP-protocol-error", "loop-detected", "configuration-error", "internal-error"};
static const char *const HEADER_ERRORS[] = {"invalid-syntax", "forbidden", "immutable"};

static guest_string_t text(const char *t) { return (guest_string_t){(uint8_t *)t, strlen(t)}; }

static const char *copy(const uint8_t *bytes, size_t length) {
  char *made = malloc(length + 1);
  memcpy(made, bytes, length);
  made[length] = 0;
  return made;
}

static const char *join(const char *a, const char *b) {
  char *made = malloc(strlen(a) + strlen(b) + 1);
  return strcat(strcpy(made, a), b);
}

static const char *number(unsigned n) {
  static char digits[12];
  char *d = digits + sizeof digits - 1;
  do *--d = (char)('0' + n % 10); while (n /= 10);
  return d;
}

/* The request's field, or otherwise. */
static const char *field(const char *name, const char *otherwise) {
  guest_string_t key = text(name);
  wasi_http_types_list_field_value_t values;
  wasi_http_types_method_fields_get(wasi_http_types_borrow_fields(given), &key, &values);
  return values.len ? copy(values.ptr[0].ptr, values.ptr[0].len) : otherwise;
}

static unsigned amount(const char *name) { return (unsigned)atoi(field(name, "0")); }

/* NULL, or why not. */
static const char *add_bytes(fields_t to, const char *name, const char *value, size_t length) {
  guest_string_t key = text(name);
  wasi_http_types_field_value_t content = {(uint8_t *)value, length};
  wasi_http_types_header_error_t error;
  return wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(to), &key, &content, &error) ? NULL : HEADER_ERRORS[error.tag];
}

static const char *add(fields_t to, const char *name, const char *value) { return add_bytes(to, name, value, strlen(value)); }

/* The answer, up to its head. */

static void make(void) {
  response = wasi_http_types_constructor_outgoing_response(headers);
  wasi_http_types_method_outgoing_response_body(wasi_http_types_borrow_outgoing_response(response), &body);
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &out);
}

static void set(void) {
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val.ok = response};
  wasi_http_types_static_response_outparam_set(outparam, &result);
}

static void begin(void) { make(), set(); }

/* Its body. */

static bool put_bytes(out_t to, const char *bytes, size_t length) {
  for (size_t n; length; bytes += n, length -= n) {
    n = length < 4096 ? length : 4096;
    guest_list_u8_t chunk = {(uint8_t *)bytes, n};
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(wasi_io_streams_borrow_output_stream(to), &chunk, &error)) return false;
  }
  return true;
}

static bool put(const char *t) { return put_bytes(out, t, strlen(t)); }

static void line(const char *name, const char *value) { put(name), put(": "), put(value), put("\n"); }

static const char *finish(wasi_http_types_own_outgoing_body_t which, out_t stream, fields_t *trailers) {
  wasi_io_streams_output_stream_drop_own(stream);
  code_t error;
  return wasi_http_types_static_outgoing_body_finish(which, trailers, &error) ? NULL : CODES[error.tag];
}

static void end(void) { finish(body, out, NULL); }

static void whole(const char *t) { begin(), put(t), end(); }

/* Bodies that come in. */

static in_t source(wasi_http_types_own_incoming_body_t from) {
  in_t stream;
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(from), &stream)) __builtin_trap();
  return stream;
}

/* NULL: there is more; "": the end; else an error. */
static const char *get(in_t from, guest_list_u8_t *got) {
  wasi_io_streams_stream_error_t error;
  if (wasi_io_streams_method_input_stream_blocking_read(wasi_io_streams_borrow_input_stream(from), sizeof page, got, &error)) return NULL;
  got->len = 0;
  if (error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return "";
  code_t code;
  return wasi_http_types_http_error_code(wasi_io_error_borrow_error(error.val.last_operation_failed), &code) ? CODES[code.tag] : "other";
}

/* As get; says how many bytes went over. At most limit, if it is not 0. */
static const char *pump(in_t from, out_t to, size_t limit, size_t *went) {
  for (*went = 0; !limit || *went < limit;) {
    guest_list_u8_t got;
    const char *over = get(from, &got);
    if (over) return over;
    bool taken = put_bytes(to, (char *)got.ptr, got.len);
    *went += got.len;
    if (got.len) free(got.ptr);
    if (!taken) return "not-taken";
  }
  return "";
}

/* Finishes a body that came in, and adds its trailers to some fields; how it went. */
static const char *trailers(wasi_http_types_own_incoming_body_t from, const char *prefix, fields_t to) {
  wasi_http_types_own_future_trailers_t future = wasi_http_types_static_incoming_body_finish(from);
  wasi_io_poll_own_pollable_t ready = wasi_http_types_method_future_trailers_subscribe(wasi_http_types_borrow_future_trailers(future));
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(ready));
  wasi_http_types_result_result_option_own_trailers_error_code_void_t got;
  if (!wasi_http_types_method_future_trailers_get(wasi_http_types_borrow_future_trailers(future), &got) || got.is_err) return "nothing";
  if (got.val.ok.is_err) return CODES[got.val.ok.val.err.tag];
  if (!got.val.ok.val.ok.is_some) return "none";
  wasi_http_types_list_tuple2_field_name_field_value_t entries;
  wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(got.val.ok.val.ok.val), &entries);
  for (size_t i = 0; i < entries.len; i++) {
    add_bytes(to, join(prefix, copy(entries.ptr[i].f0.ptr, entries.ptr[i].f0.len)), (char *)entries.ptr[i].f1.ptr, entries.ptr[i].f1.len);
  }
  return "some";
}

/* Ways to answer. */

static void hello(void) { whole("hello"); }
static unsigned served; /* requests of this instance, this one among them */
static void count(void) { char digit[2] = {'0' + served % 10}; whole(digit); }
static void fill(unsigned n) { while (n-- && put_bytes(out, page, 1024)) {} }
static void wait(void) { wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(wasi_clocks_monotonic_clock_subscribe_duration(~0ULL >> 1))); }
static void leave(bool failed) { wasi_cli_exit_result_void_void_t status = {.is_err = failed}; wasi_cli_exit_exit(&status); }

static void twice(void) { begin(), put("one"), set(); }
static void twice_whole(void) { whole("one"), set(); }
static void never(void) {}
static void error(void) {
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = true, .val.err = {.tag = WASI_HTTP_TYPES_ERROR_CODE_CONNECTION_REFUSED}};
  wasi_http_types_static_response_outparam_set(outparam, &result);
}
static void dropped(void) { begin(), put("half"), wasi_io_streams_output_stream_drop_own(out), wasi_http_types_outgoing_body_drop_own(body); }
static void dropped_length(void) { add(headers, "content-length", "10"), dropped(); }
static void dropped_empty(void) { begin(), wasi_io_streams_output_stream_drop_own(out), wasi_http_types_outgoing_body_drop_own(body); }
static void returned(void) { begin(), put("half"); }
static void too_short(void) { add(headers, "content-length", "10"), whole("half"); }
static void too_long(void) { add(headers, "content-length", "3"), whole("half"); }
static void no_number(void) { add(headers, "content-length", "x"), whole("half"); }
static void two_lengths(void) { add(headers, "content-length", "4"), add(headers, "content-length", "5"), whole("half"); }
static void trap(void) { __builtin_trap(); }
static void trap_head(void) { begin(), __builtin_trap(); }
static void trap_half(void) { begin(), put("half"), __builtin_trap(); }
static void trap_end(void) { whole("whole"), __builtin_trap(); }
static void exit_ok(void) { leave(false); }
static void exit_failed(void) { leave(true); }
static void exit_half(void) { begin(), put("half"), leave(false); }
static void exit_end(void) { whole("whole"), leave(true); }
static void silent(void) { wait(); }
static void silent_head(void) { begin(), put("head"), wait(); }
static void unbound(void) { begin(), fill(~0u); }
static void no_body(void) {
  response = wasi_http_types_constructor_outgoing_response(headers);
  set();
}
static void no_bytes(void) { begin(), end(); }
static void length(void) { add(headers, "content-length", "5"), whole("hello"); }
static void length_zero(void) { add(headers, "content-length", "0"), begin(), end(); }
static void interim(void) { make(), wasi_http_types_method_outgoing_response_set_status_code(wasi_http_types_borrow_outgoing_response(response), 103), set(), end(); }

static void status(void) {
  make();
  bool taken = wasi_http_types_method_outgoing_response_set_status_code(wasi_http_types_borrow_outgoing_response(response), (uint16_t)amount("x-status"));
  set();
  put(taken ? "taken" : "refused");
  end();
}

/* Which names and values can be set: a line each. */
static void names(void) {
  static const char *const NAMES[] = {"x-a", "X-B", "a b", "", "a:b", "a\nb", "\xc3\xa9", "host", "connection", "keep-alive", "proxy-connection",
    "proxy-authenticate", "proxy-authorization", "transfer-encoding", "upgrade", "http2-settings", "te", "trailer", "expect", "x-mayfly-start", "date", "server"};
  static const char *const VALUES[] = {"", " a ", "a\tb", "\xc3\xa9", "a\nb", "a\rb", "a\001b", "a\177b"};
  fields_t scratch = wasi_http_types_constructor_fields();
  begin();
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
    const char *refused = add(scratch, NAMES[i], "v");
    line(NAMES[i], refused ? refused : "ok");
  }
  for (size_t i = 0; i < sizeof VALUES / sizeof *VALUES; i++) {
    const char *refused = add(scratch, "x-v", VALUES[i]);
    line(VALUES[i], refused ? refused : "ok");
  }
  const char *refused = add_bytes(scratch, "x-v", "a\0b", 3);
  line("nul", refused ? refused : "ok");
  guest_string_t key = text("x-new");
  wasi_http_types_field_value_t value = {(uint8_t *)"v", 1};
  wasi_http_types_header_error_t error;
  line("given", wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(given), &key, &value, &error) ? "ok" : HEADER_ERRORS[error.tag]);
  end();
}

static void odd_fields(void) {
  add(headers, "x-odd", " spaced \xe9 "), add(headers, "X-Case", "kept"), add(headers, "x-many", "1"), add(headers, "x-many", "2");
  add(headers, "set-cookie", "a=1"), add(headers, "set-cookie", "b=2"), add(headers, "date", "then"), add(headers, "server", "me");
  whole("odd");
}

/* x-kib of fields, about 1 KiB each. */
static void wide(void) {
  for (unsigned n = amount("x-kib"); n; n--) add_bytes(headers, "x-wide", page, 1000);
  whole("wide");
}

static void ask(void) {
  begin();
  guest_string_t s;
  line("path", wasi_http_types_method_incoming_request_path_with_query(wasi_http_types_borrow_incoming_request(request), &s) ? copy(s.ptr, s.len) : "none");
  line("authority", wasi_http_types_method_incoming_request_authority(wasi_http_types_borrow_incoming_request(request), &s) ? copy(s.ptr, s.len) : "none");
  wasi_http_types_list_tuple2_field_name_field_value_t entries;
  wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(given), &entries);
  for (size_t i = 0; i < entries.len; i++) {
    line(copy(entries.ptr[i].f0.ptr, entries.ptr[i].f0.len), copy(entries.ptr[i].f1.ptr, entries.ptr[i].f1.len));
  }
  end();
}

/* The request's body, then how its end looks, read again and again, then its trailers. */
static void past_end(void) {
  wasi_http_types_own_incoming_body_t from;
  wasi_http_types_method_incoming_request_consume(wasi_http_types_borrow_incoming_request(request), &from);
  in_t in = source(from);
  size_t went;
  guest_list_u8_t got;
  begin();
  const char *over = pump(in, out, 0, &went);
  line("\nover", *over ? over : "closed");
  for (int i = 0; i < 3; i++) {
    const char *again = get(in, &got);
    line("again", !again ? "more" : *again ? again : "closed");
  }
  wasi_io_streams_input_stream_drop_own(in);
  fields_t made = wasi_http_types_constructor_fields();
  line("trailers", trailers(from, "got-", made));
  finish(body, out, &made);
}

static void echo(void) {
  wasi_http_types_own_incoming_body_t from;
  wasi_http_types_method_incoming_request_consume(wasi_http_types_borrow_incoming_request(request), &from);
  size_t went;
  begin();
  pump(source(from), out, 0, &went);
  end();
}

static void with_trailers(void) {
  fields_t made = wasi_http_types_constructor_fields();
  add(made, "x-t", "v"), add(made, "content-length", "9");
  begin(), put("hello"), finish(body, out, &made);
}

/* A call: to what, how and with what say the request's fields; the answer is what the server answered, or x-error. */

static void failed(const char *code) { add(headers, "x-error", code), whole(""); }

static bool set_method(wasi_http_types_borrow_outgoing_request_t call, const char *name) {
  static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_OTHER, .val.other = text(name)};
  for (uint8_t i = 0; i < 9; i++) if (!strcmp(name, METHODS[i])) method.tag = i;
  return wasi_http_types_method_outgoing_request_set_method(call, &method);
}

static bool set_target(wasi_http_types_borrow_outgoing_request_t call) {
  const char *named = field("x-scheme", "http");
  wasi_http_types_scheme_t scheme = {.tag = !strcmp(named, "http") ? WASI_HTTP_TYPES_SCHEME_HTTP : !strcmp(named, "https") ? WASI_HTTP_TYPES_SCHEME_HTTPS
    : WASI_HTTP_TYPES_SCHEME_OTHER, .val.other = text(named)};
  guest_string_t authority = text(field("x-authority", "")), target = text(field("x-target", "/"));
  return wasi_http_types_method_outgoing_request_set_scheme(call, &scheme)
    && (!authority.len || wasi_http_types_method_outgoing_request_set_authority(call, &authority))
    && wasi_http_types_method_outgoing_request_set_path_with_query(call, &target);
}

static wasi_http_types_own_request_options_t options(void) {
  wasi_http_types_own_request_options_t made = wasi_http_types_constructor_request_options();
  wasi_http_types_borrow_request_options_t to = wasi_http_types_borrow_request_options(made);
  wasi_http_types_duration_t connect = amount("x-connect-ms") * 1000000ULL, first = amount("x-first-ms") * 1000000ULL, between = amount("x-between-ms") * 1000000ULL;
  if (connect) wasi_http_types_method_request_options_set_connect_timeout(to, &connect);
  if (first) wasi_http_types_method_request_options_set_first_byte_timeout(to, &first);
  if (between) wasi_http_types_method_request_options_set_between_bytes_timeout(to, &between);
  return made;
}

/* Sends what is to be sent after the call has begun; NULL, or what went wrong. */
static const char *send(wasi_http_types_own_outgoing_body_t to) {
  out_t stream;
  wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(to), &stream);
  bool taken = true;
  const char *sent = field("x-send", "");
  taken = put_bytes(stream, sent, strlen(sent));
  for (unsigned n = amount("x-send-kib"); n && taken; n--) taken = put_bytes(stream, page, 1024);
  if (*field("x-send-own", "")) {
    wasi_http_types_own_incoming_body_t from;
    size_t went;
    wasi_http_types_method_incoming_request_consume(wasi_http_types_borrow_incoming_request(request), &from);
    pump(source(from), stream, 0, &went);
  }
  if (*field("x-give-up", "")) {
    wasi_io_streams_output_stream_drop_own(stream), wasi_http_types_outgoing_body_drop_own(to);
    return NULL;
  }
  fields_t made = wasi_http_types_constructor_fields();
  const char *trailer = field("x-send-trailer", NULL);
  if (trailer) add(made, "x-t", trailer);
  const char *why = finish(to, stream, trailer ? &made : NULL);
  return taken ? why : why ? why : "not-taken";
}

static void answer(wasi_http_types_own_incoming_response_t got) {
  wasi_http_types_borrow_incoming_response_t from = wasi_http_types_borrow_incoming_response(got);
  add(headers, "x-up-status", number(wasi_http_types_method_incoming_response_status(from)));
  wasi_http_types_list_tuple2_field_name_field_value_t entries;
  fields_t theirs = wasi_http_types_method_incoming_response_headers(from);
  wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(theirs), &entries);
  for (size_t i = 0; i < entries.len; i++) {
    add_bytes(headers, join("up-", copy(entries.ptr[i].f0.ptr, entries.ptr[i].f0.len)), (char *)entries.ptr[i].f1.ptr, entries.ptr[i].f1.len);
  }
  wasi_http_types_fields_drop_own(theirs);
  wasi_http_types_own_incoming_body_t theirs_body;
  wasi_http_types_method_incoming_response_consume(from, &theirs_body);
  in_t in = source(theirs_body);
  begin();
  size_t went;
  const char *over = pump(in, out, amount("x-take"), &went);
  wasi_io_streams_input_stream_drop_own(in);
  fields_t made = wasi_http_types_constructor_fields();
  if (*over || amount("x-take")) {
    put("!"), put(*over ? over : "dropped");
    wasi_http_types_incoming_body_drop_own(theirs_body);
    wasi_http_types_incoming_response_drop_own(got);
  } else {
    add(made, "x-up-trailers", trailers(theirs_body, "up-", made));
  }
  if (amount("x-linger")) wait();
  finish(body, out, &made);
}

static void call(void) {
  fields_t with = wasi_http_types_constructor_fields();
  guest_string_t key = text("x-with");
  wasi_http_types_list_field_value_t values;
  wasi_http_types_method_fields_get(wasi_http_types_borrow_fields(given), &key, &values);
  for (size_t i = 0; i < values.len; i++) {
    char *name = (char *)copy(values.ptr[i].ptr, values.ptr[i].len), *value = strchr(name, '=');
    *value++ = 0;
    const char *refused = add(with, name, value);
    if (refused) add(headers, "x-refused", join(join(name, ": "), refused));
  }
  wasi_http_types_own_outgoing_request_t made = wasi_http_types_constructor_outgoing_request(with);
  wasi_http_types_borrow_outgoing_request_t to = wasi_http_types_borrow_outgoing_request(made);
  if (!set_method(to, field("x-method", "GET")) || !set_target(to)) { failed("not-settable"); return; }
  wasi_http_types_own_outgoing_body_t sent;
  wasi_http_types_method_outgoing_request_body(to, &sent);
  wasi_http_types_own_request_options_t how = options();
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  code_t code;
  if (!wasi_http_outgoing_handler_handle(made, &how, &future, &code)) { failed(CODES[code.tag]); return; }
  const char *wrong = *field("x-early", "") ? NULL : send(sent); /* early: the body stays open until the answer is here */
  if (wrong) add(headers, "x-send-error", wrong);
  wasi_http_types_borrow_future_incoming_response_t awaited = wasi_http_types_borrow_future_incoming_response(future);
  wasi_io_poll_own_pollable_t ready = wasi_http_types_method_future_incoming_response_subscribe(awaited);
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(ready));
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  wasi_http_types_method_future_incoming_response_get(awaited, &got);
  if (got.val.ok.is_err) failed(CODES[got.val.ok.val.err.tag]);
  else answer(got.val.ok.val.ok);
}

static const struct { const char *name; void (*does)(void); } WAYS[] = {
  {"", hello}, {"hello", hello}, {"count", count}, {"twice", twice}, {"twice-whole", twice_whole}, {"never", never}, {"error", error}, {"dropped", dropped},
  {"dropped-length", dropped_length}, {"dropped-empty", dropped_empty}, {"returned", returned}, {"too-short", too_short}, {"too-long", too_long},
  {"no-number", no_number}, {"two-lengths", two_lengths}, {"trap", trap}, {"trap-head", trap_head}, {"trap-half", trap_half}, {"trap-end", trap_end},
  {"exit-ok", exit_ok}, {"exit-failed", exit_failed}, {"exit-half", exit_half}, {"exit-end", exit_end}, {"silent", silent}, {"silent-head", silent_head},
  {"unbound", unbound}, {"no-body", no_body}, {"no-bytes", no_bytes}, {"length", length}, {"length-zero", length_zero}, {"interim", interim},
  {"status", status}, {"names", names}, {"odd-fields", odd_fields}, {"wide", wide}, {"ask", ask}, {"past-end", past_end}, {"echo", echo},
  {"trailers", with_trailers}, {"call", call}};

void exports_wasi_http_incoming_handler_handle(wasi_http_types_own_incoming_request_t asked, wasi_http_types_own_response_outparam_t to) {
  request = asked, outparam = to, served++;
  memset(page, 'x', sizeof page);
  headers = wasi_http_types_constructor_fields();
  given = wasi_http_types_method_incoming_request_headers(wasi_http_types_borrow_incoming_request(request));
  guest_string_t target;
  if (wasi_http_types_method_incoming_request_path_with_query(wasi_http_types_borrow_incoming_request(request), &target) && target.len < sizeof path) {
    memcpy(path, target.ptr, target.len);
  }
  if (strchr(path, '?')) *strchr(path, '?') = 0;
  const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) if (!strcmp(WAYS[i].name, name)) { WAYS[i].does(); return; }
  make(), wasi_http_types_method_outgoing_response_set_status_code(wasi_http_types_borrow_outgoing_response(response), 404), set(), end();
}
