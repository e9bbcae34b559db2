// Greets whom its first argument names; the route fills it in (args: ["{name}"]). Reading the arguments is the ready point, because
// they come with the request. AssemblyScript has no WASI of its own: the four calls are declared here.

@external("wasi_snapshot_preview1", "args_sizes_get")
declare function args_sizes_get(count: usize, bytes: usize): i32;
@external("wasi_snapshot_preview1", "args_get")
declare function args_get(pointers: usize, bytes: usize): i32;
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: i32, vectors: usize, count: i32, written: usize): i32;
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(status: i32): void;

/** What the compiler calls where a check fails. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  proc_exit(134);
}

function firstArgument(): string {
  const sizes = memory.data(8);
  if (args_sizes_get(sizes, sizes + 4) != 0 || load<u32>(sizes) < 2) {
    return "nobody";
  }
  const pointers = heap.alloc(4 * load<u32>(sizes));
  const length = load<u32>(sizes + 4);
  const bytes = heap.alloc(length);
  if (args_get(pointers, bytes) != 0) {
    return "nobody";
  }
  const first = load<u32>(pointers + 4);
  return String.UTF8.decodeUnsafe(first, bytes + length - first, true);
}

function print(text: string): void {
  const bytes = String.UTF8.encode(text);
  const vector = memory.data(8);
  store<usize>(vector, changetype<usize>(bytes));
  store<i32>(vector + 4, bytes.byteLength);
  if (fd_write(1, vector, 1, memory.data(4)) != 0) {
    proc_exit(1);
  }
}

print("Hello, " + firstArgument() + ", from AssemblyScript!\n");
