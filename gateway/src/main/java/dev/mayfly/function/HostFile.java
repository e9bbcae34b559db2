package dev.mayfly.function;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** What Java hides about files of the host: the bytes of their names, and the plain reason for a failure. */
final class HostFile {
  private HostFile() {}

  /** A path's last name, as the file system has it; it need not be text in any encoding. */
  static byte[] name(Path path) {
    String name = path.getFileName().toString();
    if (name.chars().allMatch(c -> c < 0x80)) {
      return name.getBytes(StandardCharsets.US_ASCII);
    }
    // Path.toString() decodes with the locale's encoding and loses what does not fit; the URI has every byte.
    String uri = path.toUri().getRawPath();
    int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
    return percentDecoded(uri.substring(uri.lastIndexOf('/', end - 1) + 1, end));
  }

  /** A symbolic link's target; repeated slashes count as one, as they do to the file system. */
  static byte[] target(Path target) {
    String text = target.toString();
    if (text.chars().allMatch(c -> c < 0x80)) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < target.getNameCount(); i++) {
      if (i > 0 || target.isAbsolute()) {
        bytes.write('/');
      }
      bytes.writeBytes(name(target.getName(i)));
    }
    return bytes.toByteArray();
  }

  private static byte[] percentDecoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(text.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /** What the system said, without Java's class names. */
  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException gone -> "it does not exist";
      case AccessDeniedException denied -> "permission denied";
      case NotDirectoryException file -> "it is not a folder";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
