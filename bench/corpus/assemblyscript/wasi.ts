// What the programs need of WASI: text to standard output. The marks of the region that counts are here too.

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_write")
declare function fd_write(fd: u32, vectors: usize, count: usize, written: usize): u32;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "proc_exit")
declare function proc_exit(code: u32): void;

// @ts-ignore: decorator
@external("bench", "start")
export declare function benchStart(): void;

// @ts-ignore: decorator
@external("bench", "end")
export declare function benchEnd(): void;

const vector = memory.data(16);

/** Prints a line. */
export function print(text: string): void {
  const bytes = String.UTF8.encode(text + "\n");
  store<u32>(vector, u32(changetype<usize>(bytes)));
  store<u32>(vector, u32(bytes.byteLength), 4);
  fd_write(1, vector, 1, vector + 8);
}

/** Is called where an assertion fails. */
export function fail(message: string | null, file: string | null, line: u32, column: u32): void {
  print("failed at line " + line.toString());
  proc_exit(1);
}
