// A command with a probe for each promise that a machine makes; its first argument, which comes with the request, names one.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int uses;                 // of this memory: 1 in every fresh machine
static char secret[1 << 20];     // written by one request, looked for by the next

static void writeAll(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = write(1, bytes, length);
    if (n <= 0) exit(99);
    bytes += n;
    length -= (size_t)n;
  }
}

static int echo(void) {
  static char buffer[100000];
  for (ssize_t n; (n = read(0, buffer, sizeof buffer)) > 0;) writeAll(buffer, (size_t)n);
  return 0;
}

static int count(void) {
  static char buffer[100000];
  uint64_t bytes = 0, sum = 0;
  for (ssize_t n; (n = read(0, buffer, sizeof buffer)) > 0; bytes += (uint64_t)n)
    for (ssize_t i = 0; i < n; i++) sum = sum * 31 + (unsigned char)buffer[i];
  printf("%llu %llu\n", (unsigned long long)bytes, (unsigned long long)sum);
  return 0;
}

static int sleeps(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
  puts("slept");
  return 0;
}

static int randomness(void) {
  unsigned char bytes[16];
  if (getentropy(bytes, sizeof bytes)) return 1;
  for (size_t i = 0; i < sizeof bytes; i++) printf("%02x", bytes[i]);
  putchar('\n');
  return 0;
}

static int clocks(void) {
  struct timespec wall, steady;
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_MONOTONIC, &steady);
  printf("%lld %lld\n", (long long)wall.tv_sec * 1000000000 + wall.tv_nsec, (long long)steady.tv_sec * 1000000000 + steady.tv_nsec);
  return 0;
}

// Counts its uses in memory, on the heap, in /tmp; looks for what the last one left.
static int state(void) {
  uses++;
  size_t found = 0;
  for (size_t i = 0; i < sizeof secret; i++) found += secret[i] != 0;
  memset(secret, 'x', sizeof secret);
  char *heap = malloc(8 << 20);
  size_t dirty = 0;
  if (heap) {
    for (size_t i = 0; i < 8 << 20; i++) dirty += heap[i] == 'y';
    memset(heap, 'y', 8 << 20);
  }
  FILE *file = fopen("/tmp/left", "r");
  int left = file != NULL;
  if (file) fclose(file);
  file = fopen("/tmp/left", "w");
  if (file) {
    fputs("left", file);
    fclose(file);
  }
  printf("%d %zu %zu %d\n", uses, found, dirty, left);
  return 0;
}

// Takes memory until there is none, a MiB at a time, and uses it.
static int hungry(void) {
  int mebibytes = 0;
  for (char *volatile block; (block = malloc(1 << 20)) != NULL; mebibytes++) memset(block, 1, 1 << 20);
  printf("%d\n", mebibytes);
  return 0;
}

// Never ends, and uses none of the memory's own stack, which would run out first.
static volatile int bottom = -1;
__attribute__((noinline)) static int deep(int n) {
  return n == bottom ? 0 : (deep(n + 1) ^ n) * 31;
}

__attribute__((import_module("wasi_snapshot_preview1"), import_name("clock_time_get"))) int clockTimeGet(int clock, uint64_t precision, void *to);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("path_filestat_get"))) int pathFilestatGet(int fd, int flags, const char *path, int length, void *to);

// Calls the host at each depth, so that one call after the other finds less stack, to the last that fits.
__attribute__((noinline)) static int asking(int n) {
  static char answer[64];
  clockTimeGet(0, 1, answer);
  pathFilestatGet(3, 1, "./none/../none", 14, answer);
  return n == bottom ? 0 : (asking(n + 1) ^ n) * 31;
}

static int past(long bytes) {
  volatile char *end = (volatile char *)(__builtin_wasm_memory_size(0) * 65536);
  end[-1] = 1;
  return end[bytes];
}

static int reads(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    return 1;
  }
  for (int c; (c = getc(file)) != EOF;) putchar(c);
  fclose(file);
  return 0;
}

int main(int argc, char **argv) {
  const char *probe = argc > 1 ? argv[1] : "hello";
  const char *argument = argc > 2 ? argv[2] : "0";
  if (!strcmp(probe, "hello")) return puts("hello") < 0;
  if (!strcmp(probe, "exit")) return atoi(argument);
  if (!strcmp(probe, "trap")) __builtin_trap();
  if (!strcmp(probe, "echo")) return echo();
  if (!strcmp(probe, "count")) return count();
  if (!strcmp(probe, "sleep")) return sleeps(atol(argument));
  if (!strcmp(probe, "loop")) for (volatile int spin = 0;; spin++);
  if (!strcmp(probe, "random")) return randomness();
  if (!strcmp(probe, "clock")) return clocks();
  if (!strcmp(probe, "state")) return state();
  if (!strcmp(probe, "hungry")) return hungry();
  if (!strcmp(probe, "deep")) return deep(atoi(argument));
  if (!strcmp(probe, "asking")) return asking(atoi(argument));
  if (!strcmp(probe, "past")) return past(atol(argument));
  if (!strcmp(probe, "read")) return reads(argument);
  if (!strcmp(probe, "flood")) for (;;) writeAll(secret, 65536);
  if (!strcmp(probe, "both")) {
    fputs("out", stdout);
    fputs("err\n", stderr);
    return 0;
  }
  if (!strcmp(probe, "env")) {
    const char *value = getenv(argument);
    return puts(value ? value : "(none)") < 0;
  }
  return 2;
}
