package dev.mayfly.loadtest.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Chromium without a window, for one page at a time. What it says of its console is on standard error. */
final class Browser {
  record Seen(String dom, String console) {}

  private static final long SECONDS = 90;
  private final Path folder;

  Browser(Path folder) {
    this.folder = folder;
  }

  private static String command() {
    return Stream.of("chromium", "chromium-browser", "google-chrome").filter(name -> Stream.of(System.getenv("PATH").split(":")).anyMatch(
        path -> Files.isExecutable(Path.of(path, name)))).findFirst().orElseThrow(() -> new AssertionError("no Chromium: install the package chromium"));
  }

  /** The page as it is after its scripts. */
  Seen open(Path page, int width, boolean dark) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "dom", ".html");
    Path err = Files.createTempFile(folder, "console", ".txt");
    List<String> command = new ArrayList<>(List.of(command(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr", "--v=0",
        "--disable-dev-shm-usage", "--user-data-dir=" + Files.createTempDirectory(folder, "profile"), "--window-size=" + width + ",900", "--dump-dom"));
    if (dark) {
      command.add("--blink-settings=preferredColorScheme=0");
    }
    command.add(page.toUri().toString());
    Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("Chromium did not end in " + SECONDS + " s: " + Files.readString(err));
    }
    List<String> console = Files.readAllLines(err, StandardCharsets.UTF_8).stream().filter(line -> line.contains("CONSOLE")).toList();
    return new Seen(Files.readString(out), String.join("\n", console));
  }
}
