// A command in Go: greets, then copies standard input.
package main

import (
	"fmt"
	"io"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "go command")
	fmt.Println("Hello from Go!")
	io.Copy(os.Stdout, os.Stdin)
}
