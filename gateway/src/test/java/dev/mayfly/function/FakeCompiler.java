package dev.mayfly.function;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** A compiler that is a shell script, which writes a line to a file each time it compiles. */
final class FakeCompiler {
  static final String FINGERPRINT = "fake 1";
  static final String REPORT = "{\"kind\":\"command\",\"functions\":2,\"code_bytes\":5,\"memory_min_bytes\":65536,\"imports\":[\"a.b\"]}";
  /** Makes code of the module's own bytes. */
  static final String GOOD = "echo progress 0 2; echo progress 2 2; { printf 'code of '; cat \"$2\"; } > \"$3\"; echo '" + REPORT + "'";

  private final Path folder;
  private final Path runs;

  /** @param compile what the script does to compile: {@code $2} is the Wasm file, {@code $3} the code's */
  FakeCompiler(Path folder, String compile) throws IOException {
    this.folder = Files.createDirectories(folder);
    runs = folder.resolve("runs");
    script(FINGERPRINT, compile);
  }

  void script(String fingerprint, String compile) throws IOException {
    Path file = folder.resolve("mayfly-compiler");
    // A new file each time: one that is being executed cannot be written.
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/sh\nPATH=/usr/bin:/bin\nif [ \"$1\" = fingerprint ]; then echo '" + fingerprint + "'; exit; fi\n"
        + "echo \"$@\" >> '" + runs + "'\n" + compile + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** The command lines of all compilations until now. */
  List<String> runs() throws IOException {
    return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
  }

  Tools tools(Cache cache) {
    return new Tools(cache, Optional.of(folder), name -> null);
  }
}
