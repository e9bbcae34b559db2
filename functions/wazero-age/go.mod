module mayfly.dev/examples/wazero-age

go 1.25.0

tool github.com/tetratelabs/wazero/examples/import-go

require (
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/sys v0.44.0 // indirect
)
