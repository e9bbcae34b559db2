package dev.mayfly.vm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Images of the contract's programs: compiled by the real compiler, laid out by hand as {@code abi::image} has it. A file tree is the deployer's
 * tests' business; here there is none.
 */
final class ContractImage {
  private static final int PAGE = 4_096;
  private static final int HEADER = 0x48;

  private ContractImage() {}

  /** Where {@code cargo build --release} puts the host's programs. */
  static Path program(String name) {
    return home().resolve("functions/target/release").resolve(name);
  }

  private static Path home() {
    String given = System.getProperty("mayfly.home");
    Path folder = given != null ? Path.of(given) : Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("functions"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  /** A resource's module, compiled. */
  static byte[] compiled(String resource, Path scratch) throws IOException, InterruptedException {
    try (InputStream in = ContractImage.class.getResourceAsStream(resource)) {
      return compiled(in.readAllBytes(), scratch);
    }
  }

  static byte[] compiled(byte[] module, Path scratch) throws IOException, InterruptedException {
    Path wasm = Files.write(Files.createTempFile(scratch, "module", ".wasm"), module);
    Path code = wasm.resolveSibling(wasm.getFileName() + ".cwasm");
    Path said = wasm.resolveSibling(wasm.getFileName() + ".log");
    Process compiler = new ProcessBuilder(program("mayfly-compiler").toString(), "compile", wasm.toString(), code.toString())
        .redirectErrorStream(true).redirectOutput(said.toFile()).start();
    if (!compiler.waitFor(60, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
      compiler.destroyForcibly();
      throw new AssertionError("the compiler failed: " + Files.readString(said));
    }
    return Files.readAllBytes(code);
  }

  static Image write(Path file, byte[] code, long memoryLimit, int flags, List<String> arguments, List<String> environment) throws IOException {
    byte[] settings = settings(arguments, environment);
    int settingsAt = up(PAGE + code.length, 16);
    int indexAt = up(settingsAt + settings.length, 16);
    ByteBuffer image = ByteBuffer.allocate(up(indexAt + 4, PAGE)).order(ByteOrder.LITTLE_ENDIAN);
    image.put(Image.MAGIC).putInt(Image.KIND_COMMAND).putInt(flags);
    image.putLong(PAGE).putLong(code.length).putLong(settingsAt).putLong(settings.length).putLong(indexAt).putLong(4).putLong(memoryLimit);
    assert image.position() == HEADER;
    image.put(PAGE, code).put(settingsAt, settings);
    Files.write(file, image.array());
    return new Image(sha256(image.array()), file, image.capacity(), memoryLimit);
  }

  private static byte[] settings(List<String> arguments, List<String> environment) {
    ByteBuffer out = ByteBuffer.allocate(65_536).order(ByteOrder.LITTLE_ENDIAN);
    for (List<String> list : List.of(arguments, environment)) {
      out.putInt(list.size());
      for (String text : list) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes);
      }
    }
    return java.util.Arrays.copyOf(out.array(), out.position());
  }

  private static int up(int value, int to) {
    return (value + to - 1) / to * to;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
