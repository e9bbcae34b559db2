/* Greets whom the route names: GET /hello/world. Opening the file is the ready point: what comes before it, here the C library's start
 * and its look at the preopened directories, is in the snapshot. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char line[256] = "Hello, ";
  size_t length = strlen(line);
  int file = open("/request/param/name", O_RDONLY);
  ssize_t got = file < 0 ? -1 : read(file, line + length, sizeof line - length - 2);
  if (got < 0) {
    static const char why[] = "hello: the route has no parameter {name}\n";
    write(STDERR_FILENO, why, sizeof why - 1);
    return 1;
  }
  length += (size_t)got;
  line[length++] = '!';
  line[length++] = '\n';
  return write(STDOUT_FILENO, line, length) == (ssize_t)length ? 0 : 1;
}
