;; A component that is a command; its second argument is a script of one letter for each step:
;;   o prints "hello"   i copies standard input to standard output   v prints the variable "key"   n prints the environment's first name
;;   s asks for a socket and prints the error's number as a letter (a for 0)   f prints /request/method   w writes /tmp/file and prints what it then reads
;;   e exits with an error   x exits with status 7   r returns an error   t traps
(component
  (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
  (alias export $error "error" (type $error-r))
  (import "wasi:io/streams@0.2.0" (instance $streams
    (export "input-stream" (type $in (sub resource)))
    (export "output-stream" (type $out (sub resource)))
    (alias outer 1 $error-r (type $e0)) (export "error" (type $e (eq $e0)))
    (type $s0 (variant (case "last-operation-failed" (own $e)) (case "closed"))) (export "stream-error" (type $s (eq $s0)))
    (export "[method]input-stream.blocking-read" (func (param "self" (borrow $in)) (param "len" u64) (result (result (list u8) (error $s)))))
    (export "[method]output-stream.blocking-write-and-flush" (func (param "self" (borrow $out)) (param "contents" (list u8)) (result (result (error $s)))))))
  (alias export $streams "input-stream" (type $in-r))
  (alias export $streams "output-stream" (type $out-r))
  (import "wasi:cli/stdin@0.2.0" (instance $stdin
    (alias outer 1 $in-r (type $in0)) (export "input-stream" (type $in (eq $in0)))
    (export "get-stdin" (func (result (own $in))))))
  (import "wasi:cli/stdout@0.2.0" (instance $stdout
    (alias outer 1 $out-r (type $out0)) (export "output-stream" (type $out (eq $out0)))
    (export "get-stdout" (func (result (own $out))))))
  (import "wasi:cli/environment@0.2.0" (instance $environment
    (export "get-environment" (func (result (list (tuple string string)))))
    (export "get-arguments" (func (result (list string))))))
  (import "wasi:cli/exit@0.2.12" (instance $exit
    (export "exit" (func (param "status" (result))))
    (export "exit-with-code" (func (param "status-code" u8)))))
  (import "wasi:config/store@0.2.0-rc.1" (instance $store
    (type $e0 (variant (case "upstream" string) (case "io" string))) (export "error" (type $e (eq $e0)))
    (export "get" (func (param "key" string) (result (result (option string) (error $e)))))))
  (import "wasi:sockets/network@0.2.0" (instance $network
    (export "network" (type $n (sub resource)))
    (type $c0 (enum "unknown" "access-denied" "not-supported" "invalid-argument" "out-of-memory" "timeout" "concurrency-conflict" "not-in-progress"
      "would-block" "invalid-state" "new-socket-limit" "address-not-bindable" "address-in-use" "remote-unreachable" "connection-refused"
      "connection-reset" "connection-aborted" "datagram-too-large" "name-unresolvable" "temporary-resolver-failure" "permanent-resolver-failure"))
    (export "error-code" (type $c (eq $c0)))
    (type $f0 (enum "ipv4" "ipv6")) (export "ip-address-family" (type $f (eq $f0)))))
  (alias export $network "network" (type $network-r))
  (alias export $network "error-code" (type $code-t))
  (alias export $network "ip-address-family" (type $family-t))
  (import "wasi:sockets/instance-network@0.2.0" (instance $instance-network
    (alias outer 1 $network-r (type $n0)) (export "network" (type $n (eq $n0)))
    (export "instance-network" (func (result (own $n))))))
  (import "wasi:sockets/tcp@0.2.0" (instance $tcp
    (alias outer 1 $in-r (type $in0)) (export "input-stream" (type $in (eq $in0)))
    (alias outer 1 $code-t (type $c0)) (export "error-code" (type $c (eq $c0)))
    (export "tcp-socket" (type $socket (sub resource)))
    (export "[method]tcp-socket.start-listen" (func (param "self" (borrow $socket)) (result (result (error $c)))))))
  (alias export $tcp "tcp-socket" (type $socket-r))
  (import "wasi:sockets/tcp-create-socket@0.2.0" (instance $create
    (alias outer 1 $code-t (type $c0)) (export "error-code" (type $c (eq $c0)))
    (alias outer 1 $family-t (type $f0)) (export "ip-address-family" (type $f (eq $f0)))
    (alias outer 1 $socket-r (type $s0)) (export "tcp-socket" (type $socket (eq $s0)))
    (export "create-tcp-socket" (func (param "address-family" $f) (result (result (own $socket) (error $c)))))))
  (import "wasi:filesystem/types@0.2.0" (instance $files
    (alias outer 1 $in-r (type $in0)) (export "input-stream" (type $in (eq $in0)))
    (export "descriptor" (type $d (sub resource)))
    (type $c0 (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence"
      "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry"
      "no-lock" "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device"
      "overflow" "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
    (export "error-code" (type $c (eq $c0)))
    (type $pf0 (flags "symlink-follow")) (export "path-flags" (type $pf (eq $pf0)))
    (type $of0 (flags "create" "directory" "exclusive" "truncate")) (export "open-flags" (type $of (eq $of0)))
    (type $df0 (flags "read" "write" "file-integrity-sync" "data-integrity-sync" "requested-write-sync" "mutate-directory"))
    (export "descriptor-flags" (type $df (eq $df0)))
    (export "[method]descriptor.open-at"
      (func (param "self" (borrow $d)) (param "path-flags" $pf) (param "path" string) (param "open-flags" $of) (param "flags" $df)
        (result (result (own $d) (error $c)))))
    (export "[method]descriptor.read-via-stream" (func (param "self" (borrow $d)) (param "offset" u64) (result (result (own $in) (error $c)))))
    (export "[method]descriptor.write" (func (param "self" (borrow $d)) (param "buffer" (list u8)) (param "offset" u64) (result (result u64 (error $c)))))))
  (alias export $files "descriptor" (type $descriptor-r))
  (import "wasi:filesystem/preopens@0.2.0" (instance $preopens
    (alias outer 1 $descriptor-r (type $d0)) (export "descriptor" (type $d (eq $d0)))
    (export "get-directories" (func (result (list (tuple (own $d) string)))))))

  (core module $memory
    (memory (export "memory") 4)
    (global $top (mut i32) (i32.const 131072))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $m (instantiate $memory))
  (alias core export $m "memory" (core memory $mem))
  (alias core export $m "realloc" (core func $realloc))
  (core func $read (canon lower (func $streams "[method]input-stream.blocking-read") (memory $mem) (realloc $realloc)))
  (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush") (memory $mem)))
  (core func $get-stdin (canon lower (func $stdin "get-stdin")))
  (core func $get-stdout (canon lower (func $stdout "get-stdout")))
  (core func $env (canon lower (func $environment "get-environment") (memory $mem) (realloc $realloc)))
  (core func $args (canon lower (func $environment "get-arguments") (memory $mem) (realloc $realloc)))
  (core func $exit* (canon lower (func $exit "exit")))
  (core func $exit-code (canon lower (func $exit "exit-with-code")))
  (core func $get (canon lower (func $store "get") (memory $mem) (realloc $realloc)))
  (core func $the-network (canon lower (func $instance-network "instance-network")))
  (core func $socket (canon lower (func $create "create-tcp-socket") (memory $mem)))
  (core func $listen (canon lower (func $tcp "[method]tcp-socket.start-listen") (memory $mem)))
  (core func $open (canon lower (func $files "[method]descriptor.open-at") (memory $mem)))
  (core func $read-stream (canon lower (func $files "[method]descriptor.read-via-stream") (memory $mem)))
  (core func $write-file (canon lower (func $files "[method]descriptor.write") (memory $mem)))
  (core func $directories (canon lower (func $preopens "get-directories") (memory $mem) (realloc $realloc)))

  (core module $main
    (import "m" "memory" (memory 1))
    (import "w" "read" (func $read (param i32 i64 i32)))
    (import "w" "write" (func $write (param i32 i32 i32 i32)))
    (import "w" "stdin" (func $get-stdin (result i32)))
    (import "w" "stdout" (func $get-stdout (result i32)))
    (import "w" "env" (func $env (param i32)))
    (import "w" "args" (func $args (param i32)))
    (import "w" "exit" (func $exit (param i32)))
    (import "w" "exit-code" (func $exit-code (param i32)))
    (import "w" "get" (func $get (param i32 i32 i32)))
    (import "w" "network" (func $network (result i32)))
    (import "w" "socket" (func $socket (param i32 i32)))
    (import "w" "listen" (func $listen (param i32 i32)))
    (import "w" "open" (func $open (param i32 i32 i32 i32 i32 i32 i32)))
    (import "w" "read-stream" (func $read-stream (param i32 i64 i32)))
    (import "w" "write-file" (func $write-file (param i32 i32 i32 i64 i32)))
    (import "w" "directories" (func $directories (param i32)))
    (data (i32.const 64) "hellokeymethodfile")
    (func $print (param $at i32) (param $length i32)
      (call $write (call $get-stdout) (local.get $at) (local.get $length) (i32.const 0)))
    (func $must (if (i32.load8_u (i32.const 0)) (then unreachable)))
    (func $copy (param $in i32)
      (loop $more
        (call $read (local.get $in) (i64.const 10) (i32.const 0))
        (if (i32.eqz (i32.load8_u (i32.const 0))) (then
          (call $print (i32.load (i32.const 4)) (i32.load (i32.const 8)))
          (br $more)))))
    ;; /tmp, /request and /dev are the last three
    (func $preopened (param $from-last i32) (result i32)
      (call $directories (i32.const 0))
      (i32.load (i32.add (i32.load (i32.const 0)) (i32.mul (i32.const 12) (i32.sub (i32.load (i32.const 4)) (local.get $from-last))))))
    (func $show (param $file i32)
      (call $read-stream (local.get $file) (i64.const 0) (i32.const 0)) (call $must)
      (call $copy (i32.load (i32.const 4))))
    (func $do (param $step i32) (local $file i32)
      (if (i32.eq (local.get $step) (i32.const 111)) (then (call $print (i32.const 64) (i32.const 5)))) ;; o
      (if (i32.eq (local.get $step) (i32.const 105)) (then (call $copy (call $get-stdin)))) ;; i
      (if (i32.eq (local.get $step) (i32.const 118)) (then ;; v
        (call $get (i32.const 69) (i32.const 3) (i32.const 0)) (call $must)
        (if (i32.load8_u (i32.const 4)) (then (call $print (i32.load (i32.const 8)) (i32.load (i32.const 12)))))))
      (if (i32.eq (local.get $step) (i32.const 110)) (then ;; n
        (call $env (i32.const 0))
        (call $print (i32.load (i32.load (i32.const 0))) (i32.load offset=4 (i32.load (i32.const 0))))))
      (if (i32.eq (local.get $step) (i32.const 115)) (then ;; s
        (drop (call $network))
        (call $socket (i32.const 0) (i32.const 0))
        (if (i32.eqz (i32.load8_u (i32.const 0))) (then unreachable))
        (i32.store8 (i32.const 4) (i32.add (i32.const 97) (i32.load8_u (i32.const 4))))
        (call $print (i32.const 4) (i32.const 1))))
      (if (i32.eq (local.get $step) (i32.const 102)) (then ;; f
        (call $open (call $preopened (i32.const 2)) (i32.const 0) (i32.const 72) (i32.const 6) (i32.const 0) (i32.const 1) (i32.const 0)) (call $must)
        (call $show (i32.load (i32.const 4)))))
      (if (i32.eq (local.get $step) (i32.const 119)) (then ;; w
        (call $open (call $preopened (i32.const 3)) (i32.const 0) (i32.const 78) (i32.const 4) (i32.const 1) (i32.const 3) (i32.const 0)) (call $must)
        (local.set $file (i32.load (i32.const 4)))
        (call $write-file (local.get $file) (i32.const 64) (i32.const 5) (i64.const 2) (i32.const 0)) (call $must)
        (call $show (local.get $file))))
      (if (i32.eq (local.get $step) (i32.const 101)) (then (call $exit (i32.const 1)))) ;; e
      (if (i32.eq (local.get $step) (i32.const 120)) (then (call $exit-code (i32.const 7)))) ;; x
      (if (i32.eq (local.get $step) (i32.const 116)) (then unreachable))) ;; t
    (func (export "run") (result i32) (local $at i32) (local $end i32)
      (call $args (i32.const 0))
      (local.set $at (i32.load (i32.const 0)))
      (local.set $end (i32.load offset=12 (local.get $at)))
      (local.set $at (i32.load offset=8 (local.get $at)))
      (local.set $end (i32.add (local.get $at) (local.get $end)))
      (loop $more
        (if (i32.lt_u (local.get $at) (local.get $end)) (then
          (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 114)) (then (return (i32.const 1)))) ;; r
          (call $do (i32.load8_u (local.get $at)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $more))))
      (i32.const 0)))
  (core instance $i (instantiate $main
    (with "m" (instance $m))
    (with "w" (instance
      (export "read" (func $read)) (export "write" (func $write)) (export "stdin" (func $get-stdin)) (export "stdout" (func $get-stdout))
      (export "env" (func $env)) (export "args" (func $args)) (export "exit" (func $exit*)) (export "exit-code" (func $exit-code))
      (export "get" (func $get)) (export "network" (func $the-network)) (export "socket" (func $socket)) (export "listen" (func $listen))
      (export "open" (func $open)) (export "read-stream" (func $read-stream)) (export "write-file" (func $write-file))
      (export "directories" (func $directories))))))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $e (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $e)))
