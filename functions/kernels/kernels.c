/* Three compute kernels for the benchmark: matmul (floating point and memory), sieve (memory and branches), sha256 (integers). The first
 * argument names one. It runs twice, the first time unmeasured, and prints the nanoseconds of the second, then a checksum: the same
 * wherever it runs. Standard input is read first, so that all of it happens within the request, none in the snapshot. */
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t matmul(void) {
  enum { N = 256, TIMES = 4 };
  static double a[N][N], b[N][N], c[N][N];
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      a[i][j] = (i * 31 + j * 17) % 97;
      b[i][j] = (i * 13 + j * 29) % 89;
      c[i][j] = 0;
    }
  }
  for (int t = 0; t < TIMES; t++) {
    for (int i = 0; i < N; i++) {
      for (int k = 0; k < N; k++) {
        double x = a[i][k];
        for (int j = 0; j < N; j++) c[i][j] += x * b[k][j];
      }
    }
  }
  double sum = 0;
  for (int i = 0; i < N; i++) sum += c[i][(i * 7) % N];
  return (uint64_t)sum;
}

static uint64_t sieve(void) {
  enum { N = 4000000, TIMES = 4 };
  static uint8_t composite[N];
  uint64_t primes = 0;
  for (int t = 0; t < TIMES; t++) {
    memset(composite, 0, N);
    primes = 0;
    for (uint32_t i = 2; i < N; i++) {
      if (composite[i]) continue;
      primes++;
      for (uint64_t j = (uint64_t)i * i; j < N; j += i) composite[j] = 1;
    }
  }
  return primes;
}

static const uint32_t K[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74,
  0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
  0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
  0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
  0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotated(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void block(uint32_t state[8], const uint8_t *in) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++) w[i] = (uint32_t)in[4 * i] << 24 | (uint32_t)in[4 * i + 1] << 16 | (uint32_t)in[4 * i + 2] << 8 | in[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (rotated(x, 7) ^ rotated(x, 18) ^ x >> 3) + w[i - 7] + (rotated(y, 17) ^ rotated(y, 19) ^ y >> 10);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    uint32_t t1 = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
    uint32_t t2 = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static uint64_t sha256(void) {
  enum { BLOCKS = 1 << 18 };
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t in[64];
  for (int i = 0; i < 64; i++) in[i] = (uint8_t)i;
  for (uint32_t i = 0; i < BLOCKS; i++) {
    memcpy(in, &i, sizeof i);
    block(state, in);
  }
  return (uint64_t)state[0] << 32 | state[1];
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static char *decimal(char *end, uint64_t value) {
  do *--end = (char)('0' + value % 10);
  while (value /= 10);
  return end;
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "";
  uint64_t (*kernel)(void) = !strcmp(name, "matmul") ? matmul : !strcmp(name, "sieve") ? sieve : !strcmp(name, "sha256") ? sha256 : 0;
  char line[64], *end = line + sizeof line, *at = end;
  if (!kernel || read(STDIN_FILENO, line, 1) < 0) return 1;
  kernel();
  uint64_t start = now();
  uint64_t sum = kernel();
  uint64_t took = now() - start;
  *--at = '\n';
  at = decimal(at, sum);
  *--at = ' ';
  at = decimal(at, took);
  return write(STDOUT_FILENO, at, (size_t)(end - at)) == end - at ? 0 : 1;
}
