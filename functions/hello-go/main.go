// Greets whom the route names: GET /go/world. Opening the file is the ready point, so the whole Go runtime is up in the snapshot.
package main

import "os"

func main() {
	name, err := os.ReadFile("/request/param/name")
	if err != nil {
		println("hello:", err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString("Hello, " + string(name) + ", from Go!\n")
}
