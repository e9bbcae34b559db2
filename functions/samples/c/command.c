// A command: standard input to standard output, in capitals.
#include <ctype.h>
#include <stdio.h>

int main(int argc, char **argv) {
  fprintf(stderr, "c command: %d arguments\n", argc - 1);
  printf("Hello, %s!\n", argc > 1 ? argv[1] : "world");
  for (int c; (c = getchar()) != EOF;) putchar(toupper(c));
  return 0;
}
