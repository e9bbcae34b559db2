module mayfly.dev/examples/hello-go

go 1.21
