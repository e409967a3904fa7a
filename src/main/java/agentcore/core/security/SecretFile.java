package agentcore.core.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/**
 * A file with the secrets that sign tokens, as AUTH_SECRET has them. Only its owner may have access
 * to it (mode 600 or 400).
 *
 * <p>Threads: any.
 */
public final class SecretFile {
  /** As many as the hash that signs has. */
  private static final int BYTES = 32;

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private SecretFile() {}

  /**
   * Returns the content of a file, without white space around it.
   *
   * @throws IllegalArgumentException if the file cannot be read, if other users have access to it,
   *     or if it has several lines. The message does not contain the content
   */
  public static String read(Path file) {
    if (Files.notExists(file)) {
      throw new IllegalArgumentException("must exist (serve --team creates it)");
    }
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("must be a file");
    }
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!OWNERS.containsAll(permissions)) {
        throw new IllegalArgumentException(
            "must be accessible to its owner only, but has mode "
                + PosixFilePermissions.toString(permissions)
                + ": chmod 600 "
                + file);
      }
      String text = Files.readString(file).strip();
      if (text.lines().count() > 1) {
        throw new IllegalArgumentException("must have one line, with secrets separated by commas");
      }
      return text;
    } catch (IOException | UnsupportedOperationException e) {
      throw new IllegalArgumentException("must be a file of text that can be read", e);
    }
  }

  /**
   * Creates a file with a random secret of 32 bytes in hexadecimal, and the folders that it needs,
   * all of them for the owner only.
   *
   * @throws IOException if the file exists or cannot be created
   */
  public static void create(Path file) throws IOException {
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    Files.createDirectories(file.toAbsolutePath().getParent(), mode("rwx------"));
    Files.createFile(file, mode("rw-------"));
    Files.writeString(
        file,
        HexFormat.of().formatHex(secret) + "\n",
        StandardCharsets.US_ASCII,
        StandardOpenOption.WRITE);
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }
}
