package dev.mayfly.vm;


/**
 * A function's image: compiled code, settings and files in one read-only block ({@code abi::image}).
 *
 * @param sha256 of the block, lower-case hexadecimal: its name
 * @param file the block on disk, page aligned in length; what engines map or read
 * @param bytes of the block
 * @param memoryLimit what the function may use, in bytes
 */
public record Image(String sha256, java.nio.file.Path file, long bytes, long memoryLimit) {
  /** The first eight bytes. */
  public static final byte[] MAGIC = {'M', 'A', 'Y', 'F', 'L', 'Y', 0, 1};
  public static final int KIND_COMMAND = 1;
  /** A component that serves HTTP. */
  public static final int KIND_HTTP = 2;
  /** A component that is a command. */
  public static final int KIND_COMPONENT_COMMAND = 3;
  public static final int ARGS_FROM_REQUEST = 1;
  public static final int ENV_FROM_REQUEST = 2;
  public static final int REQUEST_TREE = 4;
}
