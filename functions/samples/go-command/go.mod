module samples/gocommand

go 1.25
